"""Losses and distances beside PyTorch: keywords, margins, zeros and infinities, empty sizes, bad input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import leafgrad
from tests.parity.sidebyside import same, torch

RNG = np.random.default_rng(5)
X, Y = RNG.normal(size=(2, 4, 3))
P, Q = RNG.uniform(0.05, 0.95, (2, 4, 3))
SIGNS = np.array([[1, -1, 1], [-1, 1, -1], [1, 1, 0], [-1, 2, -1]])
CLASSES = np.array([2, 0, 1, 1])
LISTED = np.array([[2, 0, -1], [1, 1, -1], [-1, 0, 1], [0, 1, 2]])
VAR = np.array([[0.5, 1.0, 2.0], [0.0, 1e-8, 0.3], [1.0, 2.0, 3.0], [0.1, 0.2, 0.3]])

LOSSES: dict[str, tuple[Any, ...]] = {
    "mse_loss(x, y, {}, weight=z)": (X, Y, Q),
    "l1_loss(x, y, {}, weight=z)": (X, Y, Q),
    "huber_loss(x, y, {}, delta=0.7, weight=z)": (X, Y, Q),
    "kl_div(x, y, {})": (X, P),
    "kl_div(x, y, {}, log_target=True)": (X, Y),
    "poisson_nll_loss(x, y, {}, full=True)": (X, 3 * P),
    "poisson_nll_loss(x, y, {}, log_input=False, eps=0.1)": (P, 3 * Q),
    "gaussian_nll_loss(x, y, z, {})": (X, Y, VAR),
    "gaussian_nll_loss(x, y, z, {}, full=True, eps=0.25)": (X, Y, VAR[:, :1]),
    "gaussian_nll_loss(x, y, z, {}, eps=1e-3)": (X, Y, VAR[:, 2]),
    "gaussian_nll_loss(x, y, 0.5, {})": (X, Y),
    "soft_margin_loss(x, m.tensor(w), {})": (X, 0, 0, SIGNS),
    "hinge_embedding_loss(x, m.tensor(w), {}, margin=0.5)": (X, 0, 0, SIGNS),
    "margin_ranking_loss(x, y, m.tensor(w), {}, margin=0.5)": (X, Y, 0, SIGNS),
    "cosine_embedding_loss(x, y, m.tensor(w), {}, margin=-0.4)": (X, Y, 0, SIGNS[:, 0]),
    "cosine_embedding_loss(x, y, m.tensor(1), {})": (X[0], Y[0]),
    "triplet_margin_loss(x, y, z, {}, margin=2.0, p=3, swap=True)": (X, Y, Q),
    "triplet_margin_loss(x, y, z, {}, p=1, eps=0.1)": (X, Y, Q),
    "triplet_margin_with_distance_loss(x, y, z, {}, distance_function=lambda a, b: (a - b).abs().sum(-1))": (X, Y, Q),
    "multi_margin_loss(x, m.tensor(w), {}, p=2, margin=0.7, weight=m.tensor([1.0, 0.5, 2.0], dtype=x.dtype))": (X, 0, 0, CLASSES),
    "multi_margin_loss(x, m.tensor(1), {})": (X[0],),
    "multi_margin_loss(x, m.tensor([1]), {})": (X[0],),
    "multilabel_margin_loss(x, m.tensor(w), {})": (X, 0, 0, LISTED),
    "multilabel_margin_loss(x, m.tensor([2, 0, -1]), {})": (X[0],),
    "multilabel_soft_margin_loss(x, y, {})": (X, P),
    "multilabel_soft_margin_loss(x, y, weight=z, {})": (X, P, Q[0]),
    "binary_cross_entropy(x, y, z.detach(), {})": (P, Q, P),
    "binary_cross_entropy_with_logits(x, y, {}, pos_weight=z.detach()[0])": (X, P, Q),
    "cross_entropy(x, y, {}, label_smoothing=0.2)": (X, P),
    "cross_entropy(x, y.float(), {})": (X, P),
    "nll_loss(x, m.tensor(w), {}, ignore_index=1)": (X, 0, 0, CLASSES),
    "linear_cross_entropy(x, y, m.tensor(w), linear_bias=z[0], {})": (X, Y[:3], Q, CLASSES),
    "linear_cross_entropy(x, y.reshape(2, 2, 3), m.tensor(w), {})": (X, Y, 0, np.array([[1, 0], [0, 0], [1, 1], [0, 1]])),
}  # fmt: skip
MULTI_MARGIN_HAS_ONE_DERIVATIVE = ("multi_margin", "multilabel_margin")


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("call", LOSSES)
def test_loss(call: str, reduction: str) -> None:
    orders = 1 if call.startswith(MULTI_MARGIN_HAS_ONE_DERIVATIVE) else 2
    same("F." + call.format(f"reduction={reduction!r}"), *LOSSES[call], orders=orders)
    narrow = [a.astype(np.float32) if isinstance(a, np.ndarray) and a.dtype.kind == "f" else a for a in LOSSES[call]]
    same("F." + call.format(f"reduction={reduction!r}"), *narrow)


@pytest.mark.parametrize("old", ["True", "False", "None, False", "None, True", "True, False", "False, True"])
@pytest.mark.parametrize("name", ["mse_loss", "l1_loss", "smooth_l1_loss", "binary_cross_entropy_with_logits", "soft_margin_loss", "kl_div"])
def test_older_names_of_reductions(name: str, old: str) -> None:
    arguments = "x, y, None, " if name.startswith("binary") else "x, y, "
    same(f"F.{name}({arguments}{old})", X, P, grad=False)


@pytest.mark.parametrize(
    "call",
    [
        "pairwise_distance(x, y)", "pairwise_distance(x, y[0], 1, 0.1, True)", "pairwise_distance(x, x - 1e-6)", "pairwise_distance(x[0], y)",
        "pairwise_distance(x[0, 0], y[0, 0])", "pairwise_distance(x, y, inf)", "cosine_similarity(x, y)", "cosine_similarity(x, y[0], -1, 0.9)",
        "cosine_similarity(x * 0, y)", "cosine_similarity(x[:, :0], y[:, :0])", "cosine_similarity(x.detach().long(), y, 0)", "normalize(x)", "normalize(x, 1, 0)", "normalize(x * 0)", "normalize(x, 3.0, (0, 1), 9.0)",
    ],
)  # fmt: skip
def test_distances(call: str) -> None:
    same(f"F.{call}", X, Y, orders=1 if "* 0" in call or "long" in call else 2)


@pytest.mark.parametrize(
    "call",
    [
        "kl_div(x, x, reduction='none')", "poisson_nll_loss(x, x, reduction='none')", "multilabel_soft_margin_loss(x, x)", "soft_margin_loss(x, x.detach())",
        "hinge_embedding_loss(x, x)", "margin_ranking_loss(x, x, x)", "triplet_margin_loss(x, x, x)", "cosine_embedding_loss(x, x, x[:, 0])",
        "gaussian_nll_loss(x, x, x)", "mse_loss(x, x)", "huber_loss(x, x)", "cross_entropy(x, x)", "cross_entropy(x, x[:, 0].long())",
        "multi_margin_loss(x, x[:, 0].long(), reduction='none')", "multilabel_margin_loss(x, x.long(), reduction='none')",
        "pairwise_distance(x, x)", "cosine_similarity(x, x)",
    ],
)  # fmt: skip
def test_no_examples(call: str) -> None:
    same(f"F.{call}", np.zeros((0, 3)), orders=0)


@pytest.mark.parametrize(
    "call",
    [
        "kl_div(x.long(), x.long())", "kl_div(x, x, reduction='x')", "poisson_nll_loss(x, y, reduction='batchmean')", "gaussian_nll_loss(x, y, -z)",
        "gaussian_nll_loss(x, y, z[0])", "gaussian_nll_loss(x, y, z[:1, :1])", "gaussian_nll_loss(x, y, -1.0)", "gaussian_nll_loss(x, y, z, reduction='x')",
        "margin_ranking_loss(x, y[0], z)", "multi_margin_loss(x, m.tensor([0, 3, 1, 1]))", "multi_margin_loss(x, m.tensor([0, -1, 1, 1]))",
        "multi_margin_loss(x, m.tensor([0]))", "multi_margin_loss(x, w, p=3)", "multi_margin_loss(x, z[:, 0])", "multi_margin_loss(x, w, weight=z.detach())",
        "multi_margin_loss(x, w, weight=z[0, :2].detach())", "multi_margin_loss(x[:, :0], w)", "multi_margin_loss(x[None], w)",
        "multi_margin_loss(x.long(), w)", "multilabel_margin_loss(x, w)", "multilabel_margin_loss(x, m.full((4, 3), 3))",
        "multilabel_margin_loss(x, m.full((4, 3), -2))", "multilabel_margin_loss(x, y)", "multilabel_soft_margin_loss(x[0, 0], y[0, 0])",
        "cosine_embedding_loss(x, y, z)", "cosine_embedding_loss(x, y[0], w)", "cosine_embedding_loss(x, y, w[0])", "triplet_margin_loss(x, y, z[0])",
        "triplet_margin_loss(x, y, z, margin=0)", "triplet_margin_with_distance_loss(x, y, z, margin=0)", "cosine_similarity(x.long(), y.long())",
        "cosine_similarity(x, y, 2)", "normalize(x, dim=2)", "normalize(x.long())", "mse_loss(x.long(), y.long())", "mse_loss(x, y, weight=z[0])",
        "huber_loss(x, y, delta=0.0)", "smooth_l1_loss(x, y, beta=-1.0)", "cross_entropy(x, z, ignore_index=1)", "cross_entropy(x.long(), w)",
        "cross_entropy(x, w, weight=m.ones(3).half())", "cross_entropy(x, w, label_smoothing=2.0)", "binary_cross_entropy(z, z.float())",
        "binary_cross_entropy(z, z + 2)", "binary_cross_entropy_with_logits(x, w)", "linear_cross_entropy(x, y[:, :2], w)",
        "linear_cross_entropy(x, y, w, linear_bias=z)", "linear_cross_entropy(x, y, x[:, :1] * y.T.sum(), ignore_index=1)",
        "linear_cross_entropy(x[0], y.reshape(2, 2, 3), w)",
    ],
)  # fmt: skip
def test_bad_input(call: str) -> None:
    same(f"F.{call}", X, Y, np.abs(P), CLASSES)


# Connectionist temporal classification


def sequences(seed: int) -> tuple[Any, ...]:
    """Log-probabilities, targets in one of the two forms, lengths (0 and too short among them), and options."""
    rng = np.random.default_rng(seed)
    steps, count, classes, longest = (int(rng.integers(*bounds)) for bounds in [(1, 9), (1, 4), (2, 5), (0, 5)])
    scores = rng.normal(size=(steps, count, classes))
    blank = int(rng.integers(classes))
    targets = rng.integers(0, classes, (count, longest))
    targets = np.where(targets == blank, (blank + 1) % classes, targets)
    durations, lengths = rng.integers(0, steps + 1, count), rng.integers(0, longest + 1, count)
    if seed % 3 == 0:
        targets = np.concatenate([row[:n] for row, n in zip(targets, lengths, strict=True)])
    elif seed % 3 == 1 and count == 1:
        scores, targets = scores[:, 0], targets[0, : lengths[0]]
    log_probs = scores - np.log(np.exp(scores).sum(-1, keepdims=True))
    return log_probs, targets, durations, lengths, blank, ["none", "mean", "sum"][seed % 7 % 3], bool(seed % 2)


@pytest.mark.parametrize("seed", range(60))
def test_ctc(seed: int) -> None:
    log_probs, targets, durations, lengths, *options = sequences(seed)
    same(lambda m, x, t, d, n: m.nn.functional.ctc_loss(x, t, d, n, *options), log_probs, targets, durations, lengths)


@pytest.mark.parametrize(
    "call",
    [
        "x, y, [5, 5], [3, 2], 4", "x, y, [5, 6], [3, 2]", "x, y, [5], [3, 2]", "x, y, [5, 5], [3]", "x, y, [5, 5], [3, 4]", "x, y, [5, 5], [3, -1]",
        "x, y, [-1, 5], [3, 2]", "x, y[0], [5, 5], [3, 2]", "x[None], y, [5, 5], [3, 2]", "x, y, [5, 5], [3, 2], 0, 'x'",
    ],
)  # fmt: skip
def test_bad_sequences(call: str) -> None:
    log_probs = np.log(np.full((5, 2, 4), 0.25))
    same(f"F.ctc_loss({call})", log_probs, np.array([[1, 2, 3], [1, 1, 2]]))


def test_ctc_after_log_softmax_has_the_gradient_of_differences() -> None:
    log_probs, targets, durations, lengths, *_ = sequences(8)
    durations[:] = len(log_probs)
    x = leafgrad.tensor(log_probs, requires_grad=True)
    call = lambda x: leafgrad.nn.functional.ctc_loss(x.log_softmax(-1), targets, durations, lengths)  # noqa: E731
    assert leafgrad.gradcheck.gradcheck(call, (x,))
    (g,) = leafgrad.autograd.grad(call(x), x, create_graph=True)
    assert g is not None
    with pytest.raises(NotImplementedError, match="the gradient has no derivative"):
        leafgrad.autograd.grad(g.sum(), x)
    with pytest.raises(RuntimeError, match="targets must be classes below"):
        leafgrad.nn.functional.ctc_loss(leafgrad.zeros(3, 1, 2), leafgrad.tensor([[2]]), [3], [1])


# Modules

MODULES = [
    "MSELoss(None, None, 'sum')", "L1Loss(reduction='none')", "KLDivLoss(reduction='batchmean', log_target=True)",
    "HingeEmbeddingLoss(0.5)", "PoissonNLLLoss(False, True)", "MultiLabelSoftMarginLoss()", "PairwiseDistance(1, 0.1, True)", "CosineSimilarity(0)",
    "HuberLoss('sum', 0.5)", "SmoothL1Loss(beta=0.5)", "BCEWithLogitsLoss(pos_weight=m.ones(3, dtype=m.float64))",
]  # fmt: skip


@pytest.mark.parametrize("made", MODULES)
def test_modules_of_two_arguments(made: str) -> None:
    same(f"m.nn.{made}(x, y)", P, Q)
    assert repr(eval(f"m.nn.{made}", {"m": leafgrad})) == repr(eval(f"m.nn.{made}", {"m": torch}))


def test_modules_look_the_same() -> None:
    for made in [
        "LinearCrossEntropyLoss(3, 4, bias=True)", "TripletMarginWithDistanceLoss()", "TripletMarginLoss()", "CTCLoss()", "GaussianNLLLoss()",
        "MultiMarginLoss(weight=m.ones(3))", "PReLU(3)", "RReLU(inplace=True)", "ReLU6(True)", "Hardswish(True)", "Softmax2d()", "Dropout1d()",
        "FeatureAlphaDropout(0.2)", "Threshold(1, 2)", "GLU()", "Softmin()", "Hardtanh(-2)", "Softshrink()",
    ]:  # fmt: skip
        ours, theirs = (eval(f"m.nn.{made}", {"m": m}) for m in (leafgrad, torch))
        assert repr(ours) == repr(theirs)
        assert list(ours.state_dict()) == list(theirs.state_dict())
