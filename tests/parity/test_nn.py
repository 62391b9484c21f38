"""leafgrad.nn beside torch.nn: values, first and second derivatives, reprs and state dicts."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
import pytest

import leafgrad

torch = pytest.importorskip("torch")

RNG = np.random.default_rng(0)
LIBRARIES = (leafgrad, torch)


def tensors(m: Any, arrays: list[Any], dtype: str) -> list[Any]:
    """Float arrays as leaves that require grad, others as constants."""
    return [m.tensor(a).to(getattr(m, dtype)).requires_grad_() if a.dtype.kind == "f" else m.tensor(a) for a in arrays]


def derivatives(m: Any, call: Any, arrays: list[Any], dtype: str, order: int) -> list[np.ndarray]:
    """The value, then for each order the gradients of a fixed weighted sum of the last ones."""
    inputs = tensors(m, arrays, dtype)
    wanted = [t for t in inputs if t.requires_grad]
    results = [call(m, *inputs)]
    found = [results[0].numpy(force=True)]
    for n in range(order):
        total = sum((r * weights(m, r, i)).sum() for i, r in enumerate(results))
        if total.requires_grad:
            results = m.autograd.grad(total, wanted, create_graph=n + 1 < order, materialize_grads=True)
        else:
            results = [m.zeros_like(t) for t in wanted]
        found += [r.numpy(force=True) for r in results]
    return found


def weights(m: Any, r: Any, seed: int) -> Any:
    return m.tensor(np.random.default_rng(seed).uniform(0.5, 1.5, tuple(r.shape))).to(r.dtype)


def assert_same(
    call: Any, arrays: list[Any], dtype: str = "float64", order: int = 2, rtol: float | None = None
) -> None:
    ours, theirs = (derivatives(m, call, arrays, dtype, order) for m in LIBRARIES)
    tolerance = (1e-10, 1e-12) if dtype == "float64" else (2e-5, 2e-6)
    for a, b in zip(ours, theirs, strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=rtol or tolerance[0], atol=tolerance[1])


ACTIVATIONS = {
    "relu": lambda m, x: m.nn.functional.relu(x),
    "leaky_relu": lambda m, x: m.nn.functional.leaky_relu(x, 0.2),
    "tanh": lambda m, x: m.nn.Tanh()(x),
    "sigmoid": lambda m, x: m.nn.Sigmoid()(x),
    "softmax": lambda m, x: m.nn.Softmax(dim=-1)(x),
    "log_softmax": lambda m, x: m.nn.LogSoftmax(dim=0)(x),
    "gelu": lambda m, x: m.nn.functional.gelu(x),
    "gelu-tanh": lambda m, x: m.nn.functional.gelu(x, approximate="tanh"),
    "silu": lambda m, x: m.nn.functional.silu(x),
    "elu": lambda m, x: m.nn.functional.elu(x, 0.7),
    "softplus": lambda m, x: m.nn.functional.softplus(x),
    "softplus-beta": lambda m, x: m.nn.functional.softplus(x, beta=3.0, threshold=5.0),
}
MODERATE = RNG.standard_normal((4, 6)) * 3
EXTREME = np.array([[-1e4, -100.0, -30.0, -1.0], [1.0, 30.0, 100.0, 1e4], [1e4, 1e4, -1e4, 0.5]])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation(name: str, dtype: str) -> None:
    assert_same(ACTIVATIONS[name], [MODERATE], dtype, order=3 if dtype == "float64" else 1)
    assert_same(ACTIVATIONS[name], [EXTREME], dtype, order=2)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "elu", "gelu", "gelu-tanh", "silu", "softplus"])
def test_activation_at_zero(name: str) -> None:
    assert_same(ACTIVATIONS[name], [np.array([0.0, -0.0])], order=2)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_linear(dtype: str) -> None:
    weight, bias = RNG.standard_normal((4, 3)), RNG.standard_normal(4)
    for shape in ((3,), (5, 3), (2, 5, 3), (2, 1, 2, 3), (0, 3)):
        x = RNG.standard_normal(shape)
        assert_same(lambda m, *inputs: m.nn.functional.linear(*inputs), [x, weight, bias], dtype)
        assert_same(lambda m, *inputs: m.nn.functional.linear(*inputs).sin(), [x, weight], dtype)


# Losses between numbers

X, Y = RNG.standard_normal((2, 3, 4)) * 2
P, Q = RNG.uniform(0.05, 0.95, (2, 5, 3))
W = RNG.uniform(0.5, 2.0, 3)
LOSSES = {
    "mse": (lambda m, r, x, y: m.nn.functional.mse_loss(x, y, reduction=r), [X, Y]),
    "l1": (lambda m, r, x, y: m.nn.functional.l1_loss(x, y, reduction=r), [X, Y]),
    "smooth_l1": (lambda m, r, x, y: m.nn.SmoothL1Loss(reduction=r, beta=0.7)(x, y), [X, Y]),
    "smooth_l1-beta0": (lambda m, r, x, y: m.nn.SmoothL1Loss(reduction=r, beta=0.0)(x, y), [X, Y]),
    "huber": (lambda m, r, x, y: m.nn.HuberLoss(reduction=r, delta=1.3)(x, y), [X, Y]),
    "bce": (lambda m, r, x, y: m.nn.BCELoss(reduction=r)(x, y), [P, Q]),
    "bce-weight": (lambda m, r, x, y: m.nn.BCELoss(m.tensor(W), reduction=r)(x, y), [P, Q]),
    "bce_logits": (lambda m, r, x, y: m.nn.BCEWithLogitsLoss(reduction=r)(x, y), [MODERATE[:, :3], Q[:4]]),
    "bce_logits-weights": (
        lambda m, r, x, y: m.nn.BCEWithLogitsLoss(m.tensor(W), reduction=r, pos_weight=m.tensor(2 * W))(x, y),
        [MODERATE[:, :3], Q[:4]],
    ),
}


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("name", LOSSES)
def test_loss(name: str, reduction: str) -> None:
    call, arrays = LOSSES[name]
    # PyTorch's second derivative of BCE adds 1e-12 in other places
    assert_same(lambda m, *inputs: call(m, reduction, *inputs), arrays, rtol=1e-8 if "bce" in name else None)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("reduction", ["none", "mean"])
def test_losses_at_extremes(reduction: str, dtype: str) -> None:
    logits = np.array([-1e4, -90.0, 0.0, 90.0, 1e4, 1e4])
    target = np.array([0.0, 1.0, 0.5, 0.0, 1.0, 0.0])
    probability = np.array([0.0, 1.0, 0.5, 1e-30, 1.0, 0.0])
    assert_same(lambda m, x, y: m.nn.BCEWithLogitsLoss(reduction=reduction)(x, y), [logits, target], dtype)
    for loss in ("MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss"):
        assert_same(lambda m, x, y: getattr(m.nn, loss)(reduction=reduction)(x, y), [logits, target], dtype)  # noqa: B023
    fixed = lambda m, x: m.nn.BCELoss(reduction=reduction)(x, m.tensor(target).to(x.dtype))  # noqa: E731
    assert_same(fixed, [probability], dtype, order=1)


def test_a_target_of_another_shape_is_broadcast_with_a_warning() -> None:
    for loss in ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"):
        call = lambda m, x, y: getattr(m.nn.functional, loss)(x, y)  # noqa: B023, E731
        with pytest.warns(UserWarning):
            assert_same(call, [X, Y[:, :1]])
        with pytest.warns(UserWarning):
            assert_same(call, [np.array(0.3), Y])


# Losses between scores and classes

SHAPES = {"N,C": ((5, 4), (5,)), "C": ((4,), ()), "N,C,d": ((2, 4, 3), (2, 3)), "N,C,d,e": ((2, 4, 3, 2), (2, 3, 2))}
CLASS_WEIGHT = RNG.uniform(0.2, 2.0, 4)
OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "weight": {"weight": CLASS_WEIGHT},
    "ignore": {"ignore_index": 1},
    "ignore-outside": {"ignore_index": -7},
    "weight-ignore": {"weight": CLASS_WEIGHT, "ignore_index": 2},
    "smoothing": {"label_smoothing": 0.3},
    "smoothing-weight": {"label_smoothing": 0.3, "weight": CLASS_WEIGHT},
    "smoothing-weight-ignore": {"label_smoothing": 0.3, "weight": CLASS_WEIGHT, "ignore_index": 2},
}


def classes(shape: tuple[int, ...], options: dict[str, Any]) -> np.ndarray:
    target = np.random.default_rng(3).integers(0, 4, shape)
    if options.get("ignore_index") == -7 and shape:
        target.flat[0] = -7
    return target


def loss_of(m: Any, name: str, options: dict[str, Any], reduction: str, dtype: Any) -> Any:
    options = {k: m.tensor(v).to(dtype) if k == "weight" else v for k, v in options.items()}
    return getattr(m.nn, name)(reduction=reduction, **options)


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("shape", SHAPES)
def test_cross_entropy(shape: str, options: str, reduction: str) -> None:
    scores, positions = SHAPES[shape]
    arrays = [RNG.standard_normal(scores) * 2, classes(positions, OPTIONS[options])]
    names = ["CrossEntropyLoss"] if "smoothing" in options else ["CrossEntropyLoss", "NLLLoss"]
    for name in names:
        call = lambda m, x, t: loss_of(m, name, OPTIONS[options], reduction, x.dtype)(x, t)  # noqa: B023, E731
        assert_same(call, arrays)
        assert_same(call, arrays, "float32", order=1)


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("options", ["plain", "weight", "smoothing", "smoothing-weight"])
@pytest.mark.parametrize("shape", SHAPES)
def test_cross_entropy_with_probabilities(shape: str, options: str, reduction: str) -> None:
    scores, _ = SHAPES[shape]
    arrays = [RNG.standard_normal(scores), RNG.uniform(0, 1, scores)]
    call = lambda m, x, y: loss_of(m, "CrossEntropyLoss", OPTIONS[options], reduction, x.dtype)(x, y)  # noqa: E731
    assert_same(call, arrays)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("reduction", ["none", "mean"])
def test_cross_entropy_at_extremes(reduction: str, dtype: str) -> None:
    call = lambda m, x, t: m.nn.CrossEntropyLoss(reduction=reduction)(x, t)  # noqa: E731
    scores = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 1e4], [300.0, 300.0, 300.0], [0.0, -np.inf, 5.0]])
    assert_same(call, [scores, np.array([0, 0, 1, 2])], dtype, order=2)
    ignored = np.array([-100, -100])
    assert_same(call, [scores[:2], ignored], dtype, order=1)  # NaN, with gradient 0
    smooth = lambda m, x, t: m.nn.CrossEntropyLoss(reduction=reduction, label_smoothing=0.2)(x, t)  # noqa: E731
    assert_same(smooth, [scores[:3], np.array([0, 0, 1])], dtype, order=2)


# Modules


def model(nn: Any) -> Any:
    class Block(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.linear = nn.Linear(3, 3, bias=False)
            self.bypass = nn.Identity()
            self.gate = nn.Parameter(self.linear.weight.detach()[0] * 0 + 1)
            self.nothing = None
            self.register_buffer("seen", self.gate.detach() * 2)
            self.register_buffer("scratch", self.gate.detach(), persistent=False)
            self.register_parameter("absent", None)

        def forward(self, x: Any) -> Any:
            return self.linear(x) * self.gate + self.bypass(x)

    shared = nn.Linear(3, 3)
    return nn.Sequential(
        OrderedDict(
            first=nn.Linear(4, 3),
            act=nn.LeakyReLU(0.2, inplace=True),
            blocks=nn.ModuleList([Block(), Block(), nn.Sequential(nn.ReLU(inplace=True), nn.GELU("tanh"))]),
            named=nn.ModuleDict({"a": nn.Dropout(0.3), "b": nn.Flatten(), "c": nn.Unflatten(1, (3, 1))}),
            shared=shared,
            again=shared,
            losses=nn.ModuleList([nn.MSELoss(), nn.CrossEntropyLoss(), nn.BCEWithLogitsLoss(), nn.Softmax(dim=-1)]),
            acts=nn.Sequential(nn.ELU(), nn.SiLU(), nn.Softplus(), nn.Tanh(), nn.LogSoftmax(dim=1), nn.Sigmoid()),
            empty=nn.Sequential(),
            none=nn.ModuleList(),
        )
    )


def test_a_model_looks_the_same() -> None:
    ours, theirs = model(leafgrad.nn), model(torch.nn)
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    shapes = [[tuple(t.shape) for t in each.state_dict().values()] for each in (ours, theirs)]
    assert shapes[0] == shapes[1]
    for members in ("named_parameters", "named_buffers", "named_modules"):
        for options in ({}, {"remove_duplicate": False}, {"prefix": "p"}):
            names = [[name for name, _ in getattr(m, members)(**options)] for m in (ours, theirs)]
            assert names[0] == names[1]
    for members in ("named_parameters", "named_buffers", "named_children"):
        options = {} if members == "named_children" else {"recurse": False}
        for a, b in zip(ours.modules(), theirs.modules(), strict=True):
            assert [n for n, _ in getattr(a, members)(**options)] == [n for n, _ in getattr(b, members)(**options)]


def test_parameter_containers_keep_pytorchs_names() -> None:
    for make in (
        lambda nn, t: nn.ParameterList([t, t * 2]),
        lambda nn, t: nn.ParameterDict(OrderedDict(b=nn.Parameter(t), a=nn.Parameter(t))),
    ):
        ours, theirs = make(leafgrad.nn, leafgrad.ones(2)), make(torch.nn, torch.ones(2))
        assert list(ours.state_dict()) == list(theirs.state_dict())


def test_a_network_trains_the_same() -> None:
    models = [
        m.nn.Sequential(m.nn.Linear(4, 8), m.nn.GELU(), m.nn.Linear(8, 8), m.nn.SiLU(), m.nn.Linear(8, 3)).double()
        for m in LIBRARIES
    ]
    models[0].load_state_dict({k: v.numpy() for k, v in models[1].state_dict().items()})
    x, t = RNG.standard_normal((16, 4)), RNG.integers(0, 3, 16)
    curves = []
    for m, net in zip(LIBRARIES, models, strict=True):
        optimizer = m.optim.AdamW(net.parameters(), lr=0.01)
        losses = []
        for _ in range(20):
            optimizer.zero_grad()
            loss = m.nn.CrossEntropyLoss(label_smoothing=0.1)(net(m.tensor(x)), m.tensor(t))
            loss.backward()
            m.nn.utils.clip_grad_norm_(net.parameters(), 0.5)
            optimizer.step()
            losses.append(loss.item())
        curves.append(losses)
    np.testing.assert_allclose(curves[0], curves[1], rtol=1e-10)


@pytest.mark.parametrize("nonlinearity", ["linear", "conv2d", "sigmoid", "tanh", "relu", "leaky_relu", "selu"])
def test_gain(nonlinearity: str) -> None:
    for param in (None, 0.2):
        assert leafgrad.nn.init.calculate_gain(nonlinearity, param) == torch.nn.init.calculate_gain(nonlinearity, param)


@pytest.mark.parametrize("norm", [1.0, 2.0, 3.0, float("inf")])
def test_clip_grad_norm(norm: float) -> None:
    grads = [RNG.standard_normal((3, 2)), RNG.standard_normal(4)]
    found = []
    for m in LIBRARIES:
        params = [m.zeros(*g.shape, dtype=m.float64, requires_grad=True) for g in grads]
        for p, g in zip(params, grads, strict=True):
            p.grad = m.tensor(g)
        total = m.nn.utils.clip_grad_norm_(params, 1.5, norm_type=norm)
        found.append([total.item(), *(p.grad.numpy() for p in params)])
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)
