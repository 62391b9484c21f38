"""Inputs for comparisons with PyTorch, drawn by hypothesis: a strategy for each family of operations.

What a strategy draws is an `Example`: an expression as `sidebyside.same` takes it, arrays for its
x, y, z, and how often it is to be differentiated. Arrays have up to four dimensions, of sizes 0 and 1
too, and lie in memory in every way that NumPy knows; their values are far apart, or full of ties and
zeros (one derivative, as there is a choice to make), or NaN and infinite here and there (none).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from hypothesis import strategies as st

FLOATS = ["float64", "float64", "float32"]
DTYPES = [*FLOATS, "int64", "int32", "uint8", "bool", "complex128"]
ORDERS = {"apart": 2, "ties": 1, "special": 0}

shapes = st.lists(st.sampled_from([0, 1, 1, 2, 3, 4]), max_size=4).map(tuple)
full = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple)
seeds = st.integers(0, 2**16)
flags = st.booleans()


@dataclass
class Example:
    """One call; printed as what to type to make it again."""

    code: str
    arrays: list[np.ndarray] = field(default_factory=list)
    orders: int = 2


def array(shape: tuple[int, ...], dtype: str, values: str, seed: int, layout: str) -> np.ndarray:
    """Numbers of this kind in memory of this layout."""
    rng = np.random.default_rng(seed)
    a = rng.integers(-2, 3, shape) if values == "ties" else np.round(rng.normal(0, 2, shape), 3) + 0.0007
    a = np.asarray(a)
    if np.dtype(dtype).kind == "c":
        a = a + 1j * np.round(rng.normal(0, 2, shape), 3)
    a = np.abs(a).astype(dtype) if dtype == "uint8" else a > 0 if dtype == "bool" else a.astype(dtype)
    if values == "special" and a.dtype.kind == "f":
        chosen = rng.integers(0, 6, shape)
        for i, number in enumerate([np.nan, np.inf, -np.inf, -0.0]):
            a = np.where(chosen == i, np.asarray(number, dtype), a)
    return laid_out(np.asarray(a), layout)


def laid_out(a: np.ndarray, layout: str) -> np.ndarray:
    if not a.ndim:
        return a
    if layout == "Fortran":
        return np.asfortranarray(a)
    if layout == "every second":
        wide = np.zeros([2 * n for n in a.shape], a.dtype)[(*[slice(None, None, 2)] * a.ndim, ...)]
        wide[...] = a
        return wide
    if layout == "negative strides":
        return np.asarray(np.flip(np.flip(a).copy()))
    if layout == "broadcast" and a.shape[0]:
        return np.lib.stride_tricks.as_strided(a, a.shape, (0, *a.strides[1:]))
    return a


LAYOUTS = ["C", "C", "Fortran", "every second", "negative strides", "broadcast"]


@st.composite
def tensors(draw: Any, shape: Any = shapes, dtypes: Any = FLOATS, values: Any = ("apart", "ties", "special")) -> tuple[np.ndarray, int]:
    """An array, and how many derivatives can be asked for."""
    kind = draw(st.sampled_from(values))
    shape = draw(shape) if isinstance(shape, st.SearchStrategy) else shape
    layout = draw(st.sampled_from(LAYOUTS))
    made = array(shape, draw(st.sampled_from(dtypes)), kind, draw(seeds), layout)
    return made, min(ORDERS[kind], 1) if layout == "broadcast" else ORDERS[kind]


@st.composite
def dims(draw: Any, ndim: int, several: bool = False) -> Any:
    """A dimension, now and then one that is not there; or None, or a few."""
    if ndim == 0 or draw(st.integers(0, 15)) == 0:
        return draw(st.integers(-2, 1))
    one = st.integers(-ndim, ndim - 1)
    if not several or draw(flags):
        return draw(one)
    return draw(st.none() | st.lists(one, max_size=3, unique_by=lambda d: d % ndim).map(tuple))


@st.composite
def pairs(draw: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Two shapes that broadcast, and now and then two that do not."""
    whole = draw(shapes)
    made = [tuple(1 if draw(st.integers(0, 3)) == 0 else n for n in whole)[draw(st.integers(0, len(whole))) if i else 0 :] for i in range(2)]
    if draw(st.integers(0, 12)) == 0:
        made[1] = draw(shapes)
    return (made[0], made[1]) if draw(flags) else (made[1], made[0])


UNARY = ["abs", "acos", "acosh", "angle", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "deg2rad", "digamma", "erf", "erfc", "erfinv", "exp", "exp2", "expm1", "floor", "frac", "i0", "isfinite", "isinf", "isnan", "lgamma", "log", "log10", "log1p", "log2", "logical_not", "logit", "neg", "positive", "rad2deg", "reciprocal", "relu", "round", "rsqrt", "sigmoid", "sgn", "sign", "signbit", "sin", "sinc", "sinh", "sqrt", "square", "tan", "tanh", "trunc", "isposinf", "isneginf", "nan_to_num", "special.entr", "special.erfcx", "special.i0e", "special.i1", "special.i1e", "special.log_ndtr", "special.ndtr", "special.ndtri"]
ACTIVATIONS = ["relu", "relu6", "leaky_relu(0.2)", "elu", "elu(0.7)", "selu", "celu(1.5)", "gelu", 'gelu(approximate="tanh")', "silu", "mish", "softplus", "softplus(2.0,3.0)", "softsign", "tanhshrink", "hardtanh", "hardtanh(-1.5,2.0)", "hardswish", "hardshrink", "hardshrink(0.3)", "softshrink", "softshrink(0.4)", "logsigmoid", "threshold(0.5,0.2)", "sigmoid", "tanh"]


@st.composite
def unary(draw: Any) -> Example:
    x, orders = draw(tensors(dtypes=DTYPES))
    complex_ = x.dtype.kind == "c"
    name = draw(st.sampled_from([f"m.{name}" for name in UNARY] + [f"F.{name}" for name in ACTIVATIONS if not complex_ and (orders or "gelu" not in name)]))  # PyTorch's of inf is NaN beside one
    name, _, keywords = name.partition("(")
    orders = min(orders, 1) if complex_ else 0 if orders == 1 and "digamma" in name else orders  # at its poles
    return Example(f"{name}(x, {keywords.removesuffix(')')})" if keywords else f"{name}(x)", [x], orders)


BINARY = ["add", "sub", "mul", "div", "true_divide", "floor_divide", "remainder", "fmod", "pow", "atan2", "hypot", "maximum", "minimum", "fmax", "fmin", "logaddexp", "logaddexp2", "copysign", "eq", "ne", "lt", "le", "gt", "ge", "logical_and", "logical_or", "logical_xor", "xlogy", "float_power", "heaviside", "nextafter", "special.xlog1py", "rsub", "bitwise_and", "bitwise_or", "gcd", "isclose"]
TENSORS_ONLY = ["atan2", "hypot", "maximum", "minimum", "fmax", "fmin", "logaddexp", "logaddexp2", "copysign", "logical_and", "logical_or", "logical_xor", "heaviside", "nextafter", "gcd", "isclose"]
NUMBERS = ["2", "-1", "0", "0.5", "-1.5", "True", "2j", "nan"]


@st.composite
def binary(draw: Any) -> Example:
    a, b = draw(pairs())
    # no infinite number beside complex ones: PyTorch multiplies by alpha=1, which makes NaNs of their imaginary parts
    dtypes, values = draw(st.sampled_from([(DTYPES, ("apart", "ties")), (DTYPES[:-1], ("apart", "ties", "special"))]))
    (x, first), (y, second) = draw(tensors(a, dtypes, values)), draw(tensors(b, dtypes, values))
    op, symbol = draw(st.sampled_from(BINARY)), draw(st.sampled_from(["+", "-", "*", "/", "//", "%", "**", "<", "==", "&", "|"]))
    number = draw(st.sampled_from(NUMBERS[:-2] if "complex128" in (x.dtype, y.dtype) else NUMBERS))
    call = f"m.{op}(x, {'y' if op in TENSORS_ONLY else number})"
    code = draw(st.sampled_from([f"m.{op}(x, y)", f"m.{op}(x, y)", call, f"x {symbol} y", f"x {symbol} {number}", f"{number} {symbol} x"]))
    if "complex128" in (x.dtype, y.dtype):  # where NumPy's power of zero is zero, PyTorch's is NaN
        code = code.replace("float_power", "mul").replace("pow", "mul").replace("**", "*")
    if code == f"{number} ** x":  # whose logarithm PyTorch takes in float32
        first = 0
    powers = any(word in code for word in ("pow", "**", "xlog"))  # at zero PyTorch's second derivatives are NaN
    return Example(code, [x, y], min(first, second, 1 if powers or "complex128" in (x.dtype, y.dtype) else 2))


REDUCTIONS = ["sum", "mean", "prod", "amax", "amin", "nansum", "nanmean", "all", "any", "logsumexp", "argmax", "argmin", "max", "min", "median", "nanmedian", "var", "std", "count_nonzero", "var_mean", "std_mean", "aminmax", "norm", "quantile"]


@st.composite
def reductions(draw: Any) -> Example:
    x, orders = draw(tensors(dtypes=DTYPES))
    # PyTorch takes medians of bools when there are none; of infinite numbers its var_mean has another mean than its mean
    left_out = ["median", "nanmedian"] if x.dtype == bool else ["var_mean", "std_mean", "nanmedian"] if not orders else []
    name = draw(st.sampled_from([name for name in REDUCTIONS if name not in left_out] if x.dtype.kind != "c" else ["sum", "mean", "prod", "all", "any", "var", "std", "norm", "count_nonzero"]))
    several = name in ("sum", "mean", "amax", "amin", "nansum", "nanmean", "logsumexp", "var", "std", "var_mean", "std_mean", "norm", "count_nonzero", "all", "any")
    dim = draw(dims(x.ndim, several))
    dim = 0 if name in ("logsumexp", "var", "std", "var_mean", "std_mean") and not dim else dim
    keywords = [f"dim={dim}"] if draw(st.integers(0, 3)) or name == "logsumexp" else []
    if keywords and name != "count_nonzero":
        keywords += [f"keepdim={draw(flags)}"]
    if name in ("sum", "mean", "prod", "nansum", "nanmean") and x.dtype.kind != "c" and draw(flags):
        keywords += [f"dtype=m.{draw(st.sampled_from(['float64', 'float32', 'int64'] if x.dtype.kind in 'iub' else FLOATS))}"]
    if name in ("var", "std", "var_mean", "std_mean"):
        keywords += [draw(st.sampled_from(["correction=0", "correction=2", "unbiased=False", "unbiased=True"]))] if draw(flags) and keywords else []
    if name == "norm":
        keywords = [f"p={draw(st.sampled_from(['0', '1', '2', '3', '2.5', 'inf', '-inf', chr(34) + 'fro' + chr(34)]))}", *keywords]
    if name == "quantile":
        keywords = [f"q={draw(st.sampled_from([0.0, 0.3, 0.5, 1.0]))}", *keywords, f"interpolation={draw(st.sampled_from(['linear', 'lower', 'higher', 'midpoint', 'nearest']))!r}"]
    if name in ("median", "nanmedian", "quantile", "std", "std_mean") and orders == 1:
        orders = 0  # which of several equal ones has the gradient is not defined, nor what a root has at 0
    return Example(f"m.{name}(x{''.join(', ' + k for k in keywords)})", [x], min(orders, 1) if x.dtype.kind == "c" else orders)


@st.composite
def keys(draw: Any, shape: tuple[int, ...], repeated: bool) -> str:
    """An index: numbers, slices, None, an ellipsis, arrays of numbers and of bools."""
    parts = []
    for n in shape[: draw(st.integers(0, len(shape)))]:
        kind = draw(st.integers(0, 7))
        place = st.integers(-n, n - 1) if n else st.just(0)
        if kind == 0:
            parts.append(str(draw(place)))
        elif kind == 1:
            parts.append(f"{draw(st.lists(place, max_size=min(n, 3), unique_by=None if repeated else lambda i, n=n: i % n))}")
        elif kind == 2:
            parts.append(f"m.tensor({[draw(place), draw(place)] if repeated else [draw(place)]})")
        elif kind == 3:
            parts.append(f"m.tensor({draw(st.lists(flags, min_size=n, max_size=n))}, dtype=m.bool)")
        elif kind == 4:
            parts.append("None, :")
        else:
            parts.append(f"{draw(st.sampled_from(['', *range(-n, n + 2)]))}:{draw(st.sampled_from(['', *range(-n, n + 2)]))}:{draw(st.sampled_from(['', 1, 2, 3]))}")
    if draw(st.integers(0, 3)) == 0:
        parts.insert(draw(st.integers(0, len(parts))) if len(parts) == len(shape) else len(parts), "...")
    return ", ".join(parts) or "()"


@st.composite
def indexing(draw: Any) -> Example:
    x, orders = draw(tensors(dtypes=[*FLOATS, "int64", "bool", "complex128"]))
    value = draw(st.sampled_from([None, None, "2", "x.sum()", "r[{key}] * 2", "m.tensor(1.5).to(r.dtype)"])) if x.dtype != bool else None
    key = draw(keys(x.shape, repeated=value is None))  # of several values for one place, any may win
    if value is None:
        return Example(f"x[{key}]", [x], orders)
    return Example(f"(r := x.clone(), r.__setitem__(({key},), {value.format(key=key)}), r * r)[2]", [x], orders)


SHAPED = [
    "x.reshape({same})", "x.flatten({d}, {e})", "x.permute({order})", "x.transpose({d}, {e})", "m.roll(x, {k}, {d})", "m.roll(x, {k})", "m.flip(x, ({d},))", "m.rot90(x, {k}, ({d}, {e}))",
    "x.unsqueeze({d})", "x.squeeze()", "x.squeeze({d})", "m.movedim(x, {d}, {e})", "x.expand(2, *x.shape)", "x.expand([-1 if n != 1 else 3 for n in x.shape])", "m.split(x, {n}, {d})", "m.chunk(x, {n}, {d})", "m.tensor_split(x, {n}, {d})",
    "x.unfold({d}, {n}, 1)", "x.narrow({d}, 0, {n})", "x.select({d}, {k})", "m.unbind(x, {d})", "m.cat([x, x * 2], {d})", "m.stack([x, x * 2], {d})", "m.repeat_interleave(x, {n}, {d})", "x.repeat({n}, *[1] * x.ndim)", "m.tile(x, ({n}, 2))",
    "m.tril(x, {k})", "m.triu(x, {k})", "m.diagonal(x, {k}, {d}, {e})", "m.diag_embed(x, {k})", "F.pad(x, ({k}, {n}))", "F.pad(x, ({n}, {k}, 0, 1), value=2)", "F.pad(x, ({n}, {n}), mode={mode!r})", "F.pad(x, ({n}, 1, 1, {n}), mode={mode!r})",
    "m.swapaxes(x, {d}, {e})", "m.atleast_2d(x)", "m.ravel(x)", "m.hstack([x, x])", "m.vstack([x, x])", "m.dstack([x, x])", "m.diff(x, n={n}, dim={d})", "m.unflatten(x.unsqueeze(0), {d}, (1, -1))", "m.block_diag(x, x)", "m.masked_select(x, x > 0)", "m.where(x > 0, x, 2.0)", "x.masked_fill(x > 1, {k})", "m.clamp(x, {k}, {n})", "m.clamp(x, min={k})",
]  # fmt: skip


@st.composite
def shaping(draw: Any) -> Example:
    x, orders = draw(tensors(dtypes=[*FLOATS, "int64", "bool"]))
    sizes = list(draw(st.permutations(x.shape))) if x.size else list(x.shape)
    if sizes and x.size and draw(flags):
        sizes[draw(st.integers(0, len(sizes) - 1))] = -1
    given = {
        "d": draw(dims(x.ndim)), "e": draw(dims(x.ndim)), "k": draw(st.integers(-2, 2)), "n": draw(st.integers(0, 3)), "same": tuple(sizes),
        "order": tuple(draw(st.permutations(range(x.ndim)))), "mode": draw(st.sampled_from(["reflect", "replicate", "circular", "constant"])),
    }  # fmt: skip
    return Example(draw(st.sampled_from(SHAPED)).format(**given), [x], orders)
