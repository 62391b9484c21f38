"""Convolution, pooling, embedding, normalisation, attention and recurrence beside PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import leafgrad

torch = pytest.importorskip("torch")

RNG = np.random.default_rng(0)
LIBRARIES = (leafgrad, torch)


def normal(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape)


def derivatives(m: Any, call: Any, arrays: list[np.ndarray], dtype: str, order: int) -> list[np.ndarray]:
    """The values, then for each order the gradients of a fixed weighted sum of the last ones, zero where there are none."""
    inputs = [
        m.tensor(a).to(getattr(m, dtype)).requires_grad_() if a.dtype.kind == "f" else m.tensor(a) for a in arrays
    ]
    wanted = [t for t in inputs if t.requires_grad]
    results = call(m, *inputs)
    results = list(results) if isinstance(results, tuple) else [results]
    found = [r.detach().numpy() for r in results]
    for n in range(order):
        total = sum((r * weights(m, r, i)).sum() for i, r in enumerate(results) if r.requires_grad)
        if isinstance(total, int):
            return found + [np.zeros(t.shape, dtype) for t in wanted] * (order - n)
        results = m.autograd.grad(total, wanted, create_graph=n + 1 < order, allow_unused=True)
        results = [m.zeros_like(t) if r is None else r for r, t in zip(results, wanted, strict=True)]
        found += [r.detach().numpy() for r in results]
    return found


def weights(m: Any, r: Any, seed: int) -> Any:
    return m.tensor(np.random.default_rng(seed).uniform(0.5, 1.5, tuple(r.shape))).to(r.dtype)


def assert_same(call: Any, arrays: list[Any], dtype: str = "float64", order: int = 2, tolerance: float = 1e-10) -> None:
    """The two libraries' values and gradients, of the dtype asked for."""
    if dtype == "float32":
        tolerance = 2e-5
    with np.errstate(invalid="ignore"):  # some sums are of inf and -inf
        ours, theirs = (derivatives(m, call, arrays, dtype, order) for m in LIBRARIES)
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs, strict=True):
        assert a.dtype == b.dtype == dtype
        scale = np.max(np.abs(b), initial=0, where=np.isfinite(b)) + 1
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance * scale)


# Convolution

CONVOLUTIONS: dict[str, tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]]] = {
    "plain": ((3, 2, 7, 6), (4, 2, 3, 2), {}),
    "one-by-one": ((2, 3, 4, 5), (4, 3, 1, 1), {}),
    "one-by-one-stride": ((2, 3, 4, 5), (4, 3, 1, 1), {"stride": 2}),
    "stride": ((4, 2, 8, 9), (3, 2, 3, 3), {"stride": (2, 3)}),
    "padding": ((2, 2, 5, 5), (3, 2, 3, 3), {"padding": (1, 2)}),
    "same": ((2, 2, 5, 6), (3, 2, 4, 3), {"padding": "same"}),
    "same-dilated": ((1, 2, 6, 6), (3, 2, 2, 3), {"padding": "same", "dilation": (3, 2)}),
    "valid": ((8, 1, 5, 5), (2, 1, 3, 3), {"padding": "valid"}),
    "dilation": ((2, 2, 9, 8), (3, 2, 3, 2), {"dilation": (2, 3), "stride": 2, "padding": 1}),
    "groups": ((5, 4, 5, 5), (6, 2, 3, 3), {"groups": 2, "padding": 1}),
    "depthwise": ((2, 3, 5, 12), (3, 1, 3, 3), {"groups": 3}),
    "unbatched": ((2, 5, 5), (3, 2, 2, 2), {"padding": 1}),
    "wide": ((6, 2, 4, 14), (3, 2, 2, 3), {"stride": (2, 1)}),
    "empty": ((0, 2, 5, 5), (3, 2, 3, 3), {}),
}


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_conv2d(name: str) -> None:
    shape, weight, options = CONVOLUTIONS[name]
    conv = lambda m, x, w, b: m.nn.functional.conv2d(x, w, b, **options)  # noqa: E731
    arrays = [normal(*shape), normal(*weight), normal(weight[0])]
    assert_same(conv, arrays, order=1 if name == "empty" else 3)
    assert_same(conv, arrays, "float32", order=1)


# Pooling

POOLINGS: dict[str, tuple[tuple[int, ...], dict[str, Any]]] = {
    "plain": ((3, 2, 6, 8), {"kernel_size": 2}),
    "left-over": ((2, 2, 7, 5), {"kernel_size": (3, 2)}),
    "overlapping": ((2, 2, 7, 7), {"kernel_size": 3, "stride": 2}),
    "padding": ((2, 2, 7, 7), {"kernel_size": 3, "stride": 2, "padding": 1}),
    "ceil": ((2, 2, 6, 7), {"kernel_size": 3, "stride": 2, "ceil_mode": True}),
    "ceil-padding": ((1, 2, 5, 6), {"kernel_size": 2, "stride": 3, "padding": 1, "ceil_mode": True}),
    "dilation": ((2, 1, 9, 9), {"kernel_size": 3, "stride": (1, 2), "dilation": (2, 3), "padding": 1}),
    "apart": ((2, 1, 9, 9), {"kernel_size": 2, "stride": 4}),
    "unbatched": ((2, 6, 6), {"kernel_size": 2}),
    "large": ((1, 2, 20, 18), {"kernel_size": (19, 17), "stride": 1}),
}


@pytest.mark.parametrize("name", POOLINGS)
def test_max_pool2d(name: str) -> None:
    shape, options = POOLINGS[name]
    pool = lambda m, x: m.nn.functional.max_pool2d(x, **options)  # noqa: E731
    assert_same(pool, [normal(*shape)], order=2)
    assert_same(pool, [RNG.integers(0, 3, shape).astype(float)])  # ties
    assert_same(lambda m, x: pool(m, x * x), [normal(*shape)], order=2)
    rough = RNG.choice([np.nan, -np.inf, np.inf, 1.0], shape, p=[0.1, 0.7, 0.1, 0.1])
    for a in (rough, np.full(shape, -np.inf)):
        ours, theirs = (m.nn.functional.max_pool2d(m.tensor(a), **options, return_indices=True) for m in LIBRARIES)
        np.testing.assert_array_equal(ours[0].numpy(), theirs[0].numpy())
        np.testing.assert_array_equal(ours[1].numpy(), theirs[1].numpy())
        assert ours[1].dtype == np.int64
        assert_same(pool, [a], order=1)
    assert_same(pool, [normal(*shape)], "float32", order=1)


# Embedding


@pytest.mark.parametrize("padding", [None, 0, -1])
@pytest.mark.parametrize("shape", [(), (5,), (3, 7), (0, 2)])
def test_embedding(shape: tuple[int, ...], padding: int | None) -> None:
    rows = np.asarray(RNG.integers(0, 4, shape))
    look = lambda m, w: m.nn.functional.embedding(m.tensor(rows), w, padding)  # noqa: E731
    assert_same(look, [normal(4, 3)])
    if rows.size:
        assert_same(lambda m, w: look(m, w) * look(m, w), [normal(4, 3)])


@pytest.mark.parametrize("names", [2, 50, 3000])
def test_embedding_of_many(names: int) -> None:
    rows = RNG.integers(0, names, 1500)
    assert_same(lambda m, w: m.nn.functional.embedding(m.tensor(rows), w), [normal(names, 8)])
    assert_same(lambda m, w: w[m.tensor(rows)], [normal(names, 8)])
    assert_same(lambda m, w: w[:, m.tensor(rows - names)], [normal(8, names)])
    assert_same(lambda m, w: w[m.tensor(rows % 2), m.tensor(rows)] * w.sum(), [normal(2, names, 8)])


# Normalisation


@pytest.mark.parametrize("affine", ["weight and bias", "weight", "bias", "none"])
@pytest.mark.parametrize("shape, inner", [((4, 5), (5,)), ((2, 3, 4), (3, 4)), ((6,), (6,)), ((2, 1, 3), (3,))])
def test_layer_norm(shape: tuple[int, ...], inner: tuple[int, ...], affine: str) -> None:
    given = ["weight" in affine, "bias" in affine]

    def norm(m: Any, x: Any, *parameters: Any) -> Any:
        return m.nn.functional.layer_norm(x, inner, *(p if g else None for p, g in zip(parameters, given, strict=True)))

    def spelled_out(m: Any, x: Any, w: Any, b: Any) -> Any:
        dims = tuple(range(-len(inner), 0))
        z = x - x.mean(dims, keepdim=True)
        z = z / ((z * z).mean(dims, keepdim=True) + 1e-5) ** 0.5
        return (z * w if given[0] else z) + (b if given[1] else 0)

    arrays = [normal(*shape), normal(*inner), normal(*inner)]
    assert_same(norm, arrays, order=1 if affine == "bias" else 2)  # PyTorch's second derivative fails there
    assert_same(norm, arrays, "float32", order=1)
    # PyTorch's own third derivative of layer_norm is not that of the formula, which ours is
    ours, theirs = (
        derivatives(leafgrad, norm, arrays, "float64", 3),
        derivatives(torch, spelled_out, arrays, "float64", 3),
    )
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-8, atol=1e-8)


# Attention

ATTENTIONS: dict[str, tuple[list[Any], dict[str, Any]]] = {
    "plain": ([normal(2, 3, 4), normal(2, 5, 4), normal(2, 5, 6)], {}),
    "matrices": ([normal(3, 4), normal(5, 4), normal(5, 6)], {"scale": 0.3}),
    "heads": ([normal(2, 2, 3, 4), normal(2, 2, 5, 4), normal(2, 2, 5, 6)], {"is_causal": True}),
    "causal-tall": ([normal(2, 5, 4), normal(2, 3, 4), normal(2, 3, 6)], {"is_causal": True}),
    "broadcast": ([normal(3, 1, 3, 4), normal(2, 5, 4), normal(1, 1, 5, 6)], {}),
    "bools": ([normal(2, 3, 4), normal(2, 5, 4), normal(2, 5, 6), RNG.random((3, 5)) < 0.6], {}),
    "nowhere": (
        [normal(2, 3, 4), normal(2, 5, 4), normal(2, 5, 6), np.array([[True], [False], [True]]) & (np.arange(5) > 1)],
        {},
    ),
    "floats": ([normal(2, 3, 4), normal(2, 5, 4), normal(2, 5, 6), normal(2, 3, 5)], {}),
    "broadcast-floats": ([normal(2, 2, 3, 4), normal(2, 2, 5, 4), normal(2, 2, 5, 6), normal(2, 1, 1, 5)], {}),
}


@pytest.mark.parametrize("name", ATTENTIONS)
def test_attention(name: str) -> None:
    arrays, options = ATTENTIONS[name]

    def attend(m: Any, q: Any, k: Any, v: Any, mask: Any = None) -> Any:
        return m.nn.functional.scaled_dot_product_attention(q, k, v, mask, **options)

    assert_same(attend, arrays, order=2)
    assert_same(attend, arrays, "float32", order=1)
    extreme = [1e3 * a if a.dtype.kind == "f" else a for a in arrays]
    assert_same(attend, extreme, order=1)


# Recurrence


def test_lstm_cell() -> None:
    shapes = [(3, 2), (3, 4), (3, 4), (16, 2), (16, 4), (16,), (16,)]
    cell = lambda m, x, h, c, *parameters: m.lstm_cell(x, (h, c), *parameters)  # noqa: E731
    ours = lambda m, *args: cell(m if m is torch else m.nn.functional, *args)  # noqa: E731
    arrays = [normal(*shape) for shape in shapes]
    assert_same(ours, arrays)
    assert_same(lambda m, *args: ours(m, *args)[0], arrays)
    assert_same(lambda m, *args: ours(m, *args)[1], arrays)
    assert_same(lambda m, x, h, c, *weights: ours(m, h, h, h, weights[1], weights[1], *weights[2:]), arrays)
    assert_same(ours, [10 * a for a in arrays], "float32", order=1)


LSTMS: dict[str, dict[str, Any]] = {
    "plain": {},
    "no-bias": {"bias": False},
    "layers": {"num_layers": 2, "batch_first": True},
    "directions": {"bidirectional": True},
    "all": {"num_layers": 2, "bidirectional": True, "batch_first": True},
}


@pytest.mark.parametrize("name", LSTMS)
@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize("batched", [False, True])
def test_lstm(name: str, given: bool, batched: bool) -> None:
    options = LSTMS[name]
    directions, layers = 1 + options.get("bidirectional", False), options.get("num_layers", 1)
    n = (3,) if batched else ()
    x = normal(*((*n, 5, 2) if options.get("batch_first") else (5, *n, 2)))
    states = [normal(layers * directions, *n, 4) for _ in range(2)]
    made = torch.nn.LSTM(2, 4, **options).double()
    values = {name: p.detach().numpy() for name, p in made.named_parameters()}
    ours = leafgrad.nn.LSTM(2, 4, **options).double()
    assert repr(ours) == repr(made)
    assert [(k, v.shape) for k, v in ours.state_dict().items()] == [(k, v.shape) for k, v in made.state_dict().items()]
    ours.load_state_dict(values)

    def run(m: Any, x: Any, h: Any, c: Any) -> Any:
        output, (h_n, c_n) = (ours if m is leafgrad else made)(x, (h, c) if given else None)
        return output, h_n, c_n

    assert_same(run, [x, *states], order=2)
    assert_same(lambda m, *args: run(m, *args)[1], [x, *states], order=2)

    def of_parameters(m: Any, x: Any) -> Any:
        module = ours if m is leafgrad else made
        loss = sum((part * weights(m, part, i)).sum() for i, part in enumerate(run(m, x, *map(m.tensor, states))))
        first = m.autograd.grad(loss, list(module.parameters()), create_graph=True)
        return tuple(first)

    assert_same(of_parameters, [x], order=1)


# Modules

MODULES: dict[str, Any] = {
    "conv": lambda m: m.nn.Conv2d(4, 6, 3),
    "conv-all": lambda m: m.nn.Conv2d(4, 6, (3, 2), stride=2, padding=(1, 0), dilation=(1, 2), groups=2, bias=False),
    "conv-same": lambda m: m.nn.Conv2d(4, 6, 5, padding="same"),
    "pool": lambda m: m.nn.MaxPool2d(2),
    "pool-all": lambda m: m.nn.MaxPool2d((3, 2), (2, 1), (1, 0), (1, 2), True, True),
    "embedding": lambda m: m.nn.Embedding(5, 3),
    "embedding-padding": lambda m: m.nn.Embedding(5, 3, -1),
    "layer-norm": lambda m: m.nn.LayerNorm(5),
    "layer-norm-all": lambda m: m.nn.LayerNorm([5, 3], 1e-3, True, False),
    "layer-norm-plain": lambda m: m.nn.LayerNorm((5, 3), elementwise_affine=False),
    "cell": lambda m: m.nn.LSTMCell(3, 4),
    "cell-no-bias": lambda m: m.nn.LSTMCell(3, 4, False),
    "lstm-all": lambda m: m.nn.LSTM(3, 4, 2, False, True, 0.25, True),
}


@pytest.mark.parametrize("name", MODULES)
def test_modules(name: str) -> None:
    ours, theirs = (MODULES[name](m) for m in LIBRARIES)
    assert repr(ours) == repr(theirs)
    states = [
        [(key, tuple(value.shape), str(value.numpy().dtype)) for key, value in m.state_dict().items()]
        for m in (ours, theirs)
    ]
    assert states[0] == states[1]
    for name in theirs.__constants__:
        if name != "output_padding":
            assert getattr(ours, name) == getattr(theirs, name)


REFUSED: dict[str, Any] = {
    "conv-channels": lambda m, f: f.conv2d(m.ones(1, 3, 5, 5), m.ones(1, 2, 3, 3)),
    "conv-dimensions": lambda m, f: f.conv2d(m.ones(5, 5), m.ones(1, 2, 3, 3)),
    "conv-small": lambda m, f: f.conv2d(m.ones(1, 1, 2, 2), m.ones(1, 1, 3, 3)),
    "conv-bias": lambda m, f: f.conv2d(m.ones(1, 1, 5, 5), m.ones(2, 1, 3, 3), m.ones(3)),
    "conv-groups": lambda m, f: m.nn.Conv2d(3, 4, 3, groups=2),
    "conv-padding": lambda m, f: m.nn.Conv2d(3, 4, 3, padding="full"),
    "pool-small": lambda m, f: f.max_pool2d(m.ones(1, 1, 2, 2), 3),
    "embedding-outside": lambda m, f: f.embedding(m.tensor([3]), m.ones(3, 2)),
    "embedding-floats": lambda m, f: f.embedding(m.tensor([1.0]), m.ones(3, 2)),
    "norm-shape": lambda m, f: f.layer_norm(m.ones(2, 3), (4,)),
    "norm-weight": lambda m, f: f.layer_norm(m.ones(2, 3), (3,), m.ones(2)),
    "attention-keys": lambda m, f: f.scaled_dot_product_attention(m.ones(3, 2), m.ones(4, 3), m.ones(4, 3)),
    "attention-both": lambda m, f: f.scaled_dot_product_attention(*[m.ones(1, 3, 3)] * 3, m.ones(3, 3), is_causal=True),
    "cell-input": lambda m, f: m.nn.LSTMCell(3, 4)(m.ones(2, 2)),
    "lstm-input": lambda m, f: m.nn.LSTM(3, 4)(m.ones(5, 2, 2)),
    "lstm-states": lambda m, f: m.nn.LSTM(3, 4)(m.ones(5, 2, 3), (m.ones(1, 2, 3), m.ones(1, 2, 3))),
    "lstm-layers": lambda m, f: m.nn.LSTM(3, 4, 0),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_as_there(name: str) -> None:
    with pytest.raises(Exception) as theirs:
        REFUSED[name](torch, torch.nn.functional)
    with pytest.raises(theirs.type):
        REFUSED[name](leafgrad, leafgrad.nn.functional)
