"""What is random while training: channels that are dropped, alpha dropout, random slopes, samples from softmax."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import leafgrad
from leafgrad import Tensor, nn
from leafgrad.nn import functional as F

CHANNELS: dict[str, tuple[Any, tuple[int, ...], int]] = {
    "dropout1d": (F.dropout1d, (50, 8, 5), 2),
    "dropout1d-unbatched": (F.dropout1d, (400, 5), 1),
    "dropout2d": (F.dropout2d, (50, 8, 3, 2), 2),
    "dropout3d": (F.dropout3d, (50, 8, 2, 1, 2), 2),
    "dropout3d-unbatched": (F.dropout3d, (400, 2, 1, 2), 1),
    "feature_alpha_dropout": (lambda x, p: F.feature_alpha_dropout(x, p, True), (50, 8, 5), 2),
}


@pytest.mark.parametrize("name", CHANNELS)
def test_whole_channels_are_dropped(name: str) -> None:
    function, shape, leading = CHANNELS[name]
    leafgrad.manual_seed(0)
    x = leafgrad.ones(*shape, requires_grad=True)
    y = function(x, 0.25)
    by_channel = y.detach().numpy().reshape(np.prod(shape[:leading]), -1)
    assert (by_channel == by_channel[:, :1]).all()
    assert abs((by_channel[:, 0] == by_channel.max()).mean() - 0.75) < 0.07
    y.sum().backward()
    kept = by_channel.max() - (by_channel.min() if "alpha" in name else 0)
    assert x.grad is not None
    assert set(np.unique(x.grad.numpy() > 0)) == {False, True}
    if "alpha" not in name:
        assert np.allclose(x.grad.numpy().max(), kept)


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_alpha_dropout_keeps_mean_and_variance(p: float) -> None:
    leafgrad.manual_seed(0)
    x = leafgrad.randn(200_000)
    for y in (F.alpha_dropout(x, p, training=True), nn.AlphaDropout(p)(x)):
        assert abs(y.mean().item()) < 0.02 and abs(y.var().item() - 1) < 0.02
        _, counts = np.unique(y.numpy(), return_counts=True)
        assert abs(counts.max() / y.numel() - p) < 0.01


def test_dropout_in_place() -> None:
    for function in (F.dropout, F.dropout1d, lambda x, p, t, i: F.alpha_dropout(x, p, t, i)):
        x = leafgrad.ones(20, 30, requires_grad=True)
        y = x * 1
        assert function(y, 0.5, True, True) is y and len(np.unique(y.detach().numpy())) == 2
        y.sum().backward()
        assert x.grad is not None and len(np.unique(x.grad.numpy())) == 2


def test_random_slopes() -> None:
    leafgrad.manual_seed(0)
    x = Tensor(np.full(10_000, -1.0), requires_grad=True)
    y = F.rrelu(x, 0.2, 0.6, training=True)
    slopes = -y.detach().numpy()
    assert 0.2 <= slopes.min() < 0.21 and 0.59 < slopes.max() <= 0.6 and abs(slopes.mean() - 0.4) < 0.01
    y.sum().backward()
    assert x.grad is not None and np.array_equal(x.grad.numpy(), slopes)
    own = leafgrad.Generator().manual_seed(1)
    again = leafgrad.Generator().manual_seed(1)
    assert leafgrad.equal(F.rrelu(x, training=True, generator=own), F.rrelu(x, training=True, generator=again))


def test_gumbel_softmax() -> None:
    leafgrad.manual_seed(0)
    logits = leafgrad.tensor(np.tile(np.log([0.2, 0.5, 0.3]), (20_000, 1)), requires_grad=True)
    hard = F.gumbel_softmax(logits, tau=0.7, hard=True)
    assert np.array_equal(np.unique(hard.detach().numpy()), [0, 1]) and (hard.sum(-1) == 1).all()
    assert np.allclose(hard.mean(0).detach().numpy(), [0.2, 0.5, 0.3], atol=0.02)
    soft = F.gumbel_softmax(logits, dim=-1)
    assert leafgrad.allclose(soft.sum(-1), leafgrad.ones(20_000, dtype=leafgrad.float64))
    hard[:, 0].sum().backward()
    assert logits.grad is not None and np.allclose(logits.grad.sum(-1).numpy(), 0) and logits.grad.any()
    assert F.gumbel_softmax(Tensor(0.3), hard=True).item() == 1
    with pytest.warns(UserWarning, match="eps is deprecated"):
        F.gumbel_softmax(logits, eps=0.1)


def test_warnings_of_channels_that_are_unclear() -> None:
    for function, shape in [(F.dropout2d, (2, 3, 4)), (F.dropout3d, (2, 3, 4))]:
        with pytest.warns(UserWarning, match="is taken as"):
            function(leafgrad.ones(*shape))
