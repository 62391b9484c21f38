"""More families of `generated.py`: products, rows, orders, places, windows, losses."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.parity.generated import FLOATS, Example, dims, flags, full, pairs, seeds, shapes, tensors


@st.composite
def products(draw: Any) -> Example:
    n, k, m = (draw(st.sampled_from([0, 1, 2, 3])) for _ in range(3))
    a, b = draw(pairs())
    kind = draw(st.sampled_from(["matmul", "matmul", "vectors", "mm", "bmm", "linear", "outer", "einsum", "tensordot", "addmm", "baddbmm"]))
    given = {
        "matmul": ("x @ y", (*a[:2], n, k), (*b[:2], k, m)), "vectors": (draw(st.sampled_from(["x @ y", "m.dot(x, y)", "m.inner(x, y)", "m.matmul(x, y)"])), (k,), draw(st.sampled_from([(k,), (k, m), (2, k, m)]))),
        "mm": (draw(st.sampled_from(["m.mm(x, y)", "m.matmul(x, y)"])), (n, k), (k, m)), "bmm": ("m.bmm(x, y)", (2, n, k), (2, k, m)), "linear": ("F.linear(x, y)", (*a[:2], k), (m, k)), "outer": ("m.outer(x, y)", (n,), (m,)),
        "einsum": (draw(st.sampled_from(["m.einsum('ik,kj->ij', x, y)", "m.einsum('ik,kj->ji', x, y)", "m.einsum('ik,kj', x, y)", "m.einsum('ik,kj->', x, y)", "m.einsum('...k,kj->...j', x, y)"])), (n, k), (k, m)),
        "tensordot": ("m.tensordot(x, y, 1)", (n, k), (k, m)), "addmm": ("m.addmm(x[:1, :1], x, y, beta=0.5, alpha=2)", (n, k), (k, m)), "baddbmm": ("m.baddbmm(y[:, :1], x, y, beta=2)", (2, n, k), (2, k, m)),
    }  # fmt: skip
    code, left, right = given[kind]
    if draw(st.integers(0, 12)) == 0:
        right = right[::-1]
    dtype = [draw(st.sampled_from([*FLOATS, "int64", "complex128"]))]
    return Example(code, [draw(tensors(shape, dtype, ["apart"]))[0] for shape in (left, right)], 2)


ROWS = ["F.softmax(x, {d})", "F.log_softmax(x, {d})", "F.softmin(x, {d})", "m.softmax(x, {d}, dtype=m.float32)", "m.logsumexp(x, {d})", "F.normalize(x, dim={d})", "F.normalize(x, p=1, dim={d})", "F.glu(x, {d})", "m.renorm(x, 2, {d}, 1.5)", "F.cosine_similarity(x, x * 2 + 1, dim={d})"]
ROWS += ["m.cumsum(x, {d})", "m.cumprod(x, {d})", "m.logcumsumexp(x, {d})", "m.cummax(x, {d})", "m.cummin(x, {d})", "m.cumsum(x, {d}, dtype=m.float64)", "m.cumulative_trapezoid(x, dim={d})", "F.layer_norm(x, x.shape[-1:])", "F.rms_norm(x, x.shape[-1:])"]


@st.composite
def rows(draw: Any) -> Example:
    x, derivatives = draw(tensors())
    code = draw(st.sampled_from(ROWS))
    limit = (2 if x.dtype == "float64" else 1) - any(word in code for word in ("normal", "cosine"))  # differences of equal numbers
    d = draw(dims(x.ndim)) if x.size else -1  # of nothing PyTorch takes sums along any dimension
    return Example(code.format(d=d), [x], min(derivatives, limit))


SORTED = [
    "m.sort(x, dim={d}, descending={f}, stable=True)", "m.argsort(x, dim={d}, descending={f}, stable=True)", "m.topk(x, {k}, {d}, largest={f})[0]", "m.kthvalue(x, {k}, {d}, keepdim={f})[0]", "m.msort(x)", "m.median(x, {d}, keepdim={f})[0]", "m.mode(x, {d}, keepdim={f})[0]", "m.unique(x)",
    "m.unique(x, return_inverse=True, return_counts=True)", "m.unique_consecutive(x, return_counts=True)", "m.unique(x, dim={d})", "m.quantile(x, 0.3, dim={d}, keepdim={f})", "m.nanquantile(x, m.tensor([0.2, 0.9], dtype=x.dtype), dim={d})", "m.searchsorted(m.sort(x.flatten())[0], x, right={f})", "m.bucketize(x, m.tensor([-1.0, 0.0, 2.0], dtype=x.dtype), right={f})", "m.argmax(x, {d}, keepdim={f})", "m.nonzero(x)", "m.max(x, {d}, keepdim={f})[0]", "m.isin(x, x.flatten()[:2])",
]  # fmt: skip


@st.composite
def orders(draw: Any) -> Example:
    x, derivatives = draw(tensors(dtypes=[*FLOATS, "int64", "uint8"]))
    code = draw(st.sampled_from([code for code in SORTED if derivatives or not re.search("mode|unique", code)]))  # where NaN stands is not defined
    derivatives = 0 if derivatives == 1 and re.search("topk|kth|median|quantile", code) else derivatives  # which of several equal ones is not defined
    return Example(code.format(d=draw(dims(x.ndim)), f=draw(flags), k=draw(st.integers(0, 3))), [x], derivatives)


PLACED = [
    "m.gather(x, {d}, y)", "m.take_along_dim(x, y, {d})", "m.scatter(x, {d}, m.argsort(y, {d}), z)", "m.scatter(x, {d}, y, 1.5)", "m.scatter_add(x, {d}, y, z)", "m.scatter_reduce(x, {d}, y, z, {r!r}, include_self={f})", "m.index_select(x, {d}, y.flatten())", "m.take(x, y)", "m.put(x, y, z, accumulate=True)",
    "m.index_add(x, {d}, y.flatten()[:2], x.narrow({d}, 0, 2), alpha=2)", "m.index_fill(x, {d}, y.flatten(), 2.0)", "m.index_copy(x, {d}, y.flatten()[:1], x.narrow({d}, 0, 1))", "m.masked_scatter(x, x > 0, x * 2)", "x.index_put((y.flatten(),), z.flatten()[0], accumulate=True)",
]  # fmt: skip


@st.composite
def places(draw: Any) -> Example:
    """Operations with indices: y, which are fit for dimension d of x in most draws, and a source z."""
    x, derivatives = draw(tensors(full, ["float64"], ("apart", "ties")))
    d = draw(st.integers(-x.ndim, x.ndim - 1))
    smaller = tuple(draw(st.integers(min(n, 1), n)) for n in x.shape)
    bound = x.shape[d] if draw(st.integers(0, 12)) else 6
    y = abs(draw(tensors(smaller, ["int64"], ["ties"]))[0]) % bound
    z = np.asarray(draw(tensors(smaller, ["float64"], ["apart"]))[0] + 1 / 3)  # none equal to one of x
    code = draw(st.sampled_from([code for code in PLACED if bound == x.shape[d] or "take_along" not in code]))  # PyTorch's reads past the end
    code = code.format(d=d, f=draw(flags), r=draw(st.sampled_from(["sum", "prod", "mean", "amax", "amin"])))
    return Example(code, [x, y, z], derivatives)


@st.composite
def windows(draw: Any) -> Example:
    """Convolutions and pools of 1 to 3 dimensions, of every geometry, with and without a batch."""
    kind = draw(st.sampled_from(["conv", "conv", "conv_transpose", "max_pool", "avg_pool", "lp_pool", "adaptive_avg_pool", "adaptive_max_pool", "unfold", "interpolate"]))
    n = 2 if kind == "unfold" else draw(st.integers(1, 3))
    each = lambda low, high: draw(st.integers(low, high) | st.tuples(*[st.integers(low, high)] * n))  # noqa: E731
    sizes = tuple(draw(st.integers(1, 6 if n < 3 else 4)) for _ in range(n))
    batch = draw(st.sampled_from([(1,), (2,)] if kind in ("interpolate", "conv_transpose") else [(), (1,), (2,), (0,)]))
    groups = draw(st.sampled_from([1, 1, 2]))
    x, derivatives = draw(tensors((*batch, 2, *sizes), values=["apart"]))
    dtype, arrays = [x.dtype.name], [x]
    kernel, stride, padding, dilation = each(1, 3), each(1, 3), each(0, 2), each(1, 2)
    if kind in ("conv", "conv_transpose"):
        window = (kernel,) * n if isinstance(kernel, int) else kernel
        channels = (2, 2 // groups) if kind == "conv" else (2, 4 // groups)
        arrays += [draw(tensors((*channels, *window), dtype, ["apart"]))[0], draw(tensors((2 if kind == "conv" else 4,), dtype, ["apart"]))[0]]
        padding = min(padding, (np.min(window) - 1) // 2) if kind == "conv_transpose" and isinstance(padding, int) else 0 if kind == "conv_transpose" else padding
        extra = f"output_padding={each(0, 1)}, " if kind == "conv_transpose" else ""
        if kind == "conv" and draw(st.integers(0, 3)) == 0:
            stride, padding = draw(st.sampled_from([(1, "'same'"), (stride, "'valid'")]))
        code = f"F.{kind}{n}d(x, y, {draw(st.sampled_from(['z', 'None']))}, stride={stride}, padding={padding}, {extra}groups={groups}, dilation={dilation})"
    elif kind == "max_pool":
        # PyTorch compares the padding with the kernel, dilated in two dimensions and not in one or three
        dilation = 1 if draw(flags) else 2
        padding = 1 if np.min(kernel) > 1 and dilation == 1 else 0
        code = f"F.max_pool{n}d(x, {kernel}, {stride}, {padding}, {dilation}, ceil_mode={dilation == 1}, return_indices={draw(flags)})"
    elif kind == "avg_pool":
        padding = padding if n < 3 else 0  # in three dimensions PyTorch takes no kernel larger than the image, even so
        kernel = kernel if n < 3 else tuple(np.minimum(kernel, sizes).tolist())
        code = f"F.avg_pool{n}d(x, {kernel}, {stride}, {padding}, ceil_mode={draw(flags)}, count_include_pad={draw(flags)})"
    elif kind == "lp_pool":
        kernel = kernel if n < 3 else tuple(np.minimum(kernel, sizes).tolist())
        kernel, stride = (max(np.atleast_1d(each)).item() for each in (kernel, stride)) if n == 1 else (kernel, stride)
        code = f"F.lp_pool{n}d(x * x + 1, {draw(st.sampled_from([1, 2, 3.0]))}, {kernel}, {stride}, ceil_mode={draw(flags)})"
    elif kind == "unfold":
        code = f"F.unfold(x, {kernel}, {dilation}, {padding}, {stride})"
    elif kind == "interpolate":
        mode = draw(st.sampled_from(["nearest", "nearest-exact", "area", "linear", "bilinear", "bicubic", "trilinear"]))
        corners = f", align_corners={draw(flags)}" if mode[-2:] in ("ar", "ic") else ""
        code = f"F.interpolate(x, {draw(st.sampled_from([f'size={each(1, 7)}', 'scale_factor=2', 'scale_factor=1.5']))}, mode={mode!r}{corners})"
    else:
        code = f"F.{kind}{n}d(x, {each(1, 4)})"
    return Example(code, arrays, derivatives)


LOSSES = [
    "F.mse_loss(x, y, {r})", "F.l1_loss(x, y, {r})", "F.smooth_l1_loss(x, y, beta={b}, {r})", "F.huber_loss(x, y, delta={b}, {r})", "F.binary_cross_entropy(x.sigmoid(), y.sigmoid(), {r})", "F.binary_cross_entropy(x.sigmoid(), y.sigmoid(), weight=z.abs(), {r})",
    "F.binary_cross_entropy_with_logits(x, y, {r})", "F.binary_cross_entropy_with_logits(x, y, z.abs(), pos_weight=z * z, {r})", "F.kl_div(x, y, log_target={f}, {r})", "F.poisson_nll_loss(x, y.abs(), log_input={f}, full={g}, {r})", "F.gaussian_nll_loss(x, y, z * z, full={f}, {r})",
    "F.soft_margin_loss(x, y.sign().detach(), {r})", "F.hinge_embedding_loss(x, y.sign(), margin={b}, {r})", "F.margin_ranking_loss(x, y, z.sign(), margin={b}, {r})", "F.cosine_embedding_loss(x, y, m.ones(len(x)), margin=0.1, {r})",
    "F.triplet_margin_loss(x, y, z, margin={b}, p={p}, swap={f}, {r})", "F.multilabel_soft_margin_loss(x, y.sigmoid(), {r})", "F.cross_entropy(x, y.softmax(-1), label_smoothing={s}, {r})", "F.cross_entropy(x, m.arange(len(x)) % x.shape[1], z[0].abs(), ignore_index={i}, label_smoothing={s}, {r})",
    "F.nll_loss(x.log_softmax(1), m.arange(len(x)) % x.shape[1], z[0].abs(), ignore_index={i}, {r})", "F.multi_margin_loss(x, m.arange(len(x)) % x.shape[1], p={p}, margin={b}, {r})", "F.pairwise_distance(x, y, p={p}, keepdim={f})", "m.cdist(x, y, p={p})", "m.dist(x, y, p={p})",
]  # fmt: skip


@st.composite
def losses(draw: Any) -> Example:
    code = draw(st.sampled_from(LOSSES))
    classes = any(word in code for word in ("cross_entropy", "multi", "nll_loss(x.log", "cosine"))
    shape = draw(st.sampled_from([(2, 3), (3, 4), (1, 2), (4, 1)])) if classes or draw(st.integers(0, 3)) else draw(shapes)
    dtype = [draw(st.sampled_from(FLOATS))]  # far from equal: distances of 0 have derivatives that are all rounding
    given = {"r": f"reduction={draw(st.sampled_from(['mean', 'sum', 'none', 'other' if draw(seeds) % 20 == 0 else 'none']))!r}", "b": draw(st.sampled_from([0.5, 1.0, 2])), "f": draw(flags), "g": draw(flags), "p": draw(st.sampled_from([1, 2])), "s": draw(st.sampled_from([0.0, 0.1])), "i": draw(st.sampled_from([-100, 0, 1]))}
    return Example(code.format(**given), [np.asarray(draw(tensors(shape, dtype, ["apart"]))[0] + i / 3) for i in range(3)], 2 if dtype == ["float64"] and "binary_cross_entropy(" not in code else 1)
