"""Sequences of several lengths: there and back, and through recurrent layers."""

from __future__ import annotations

import numpy as np
import pytest

import leafgrad
from leafgrad import nn
from leafgrad.nn.utils import rnn


def sequences(*lengths: int) -> list[leafgrad.Tensor]:
    rng = np.random.default_rng(0)
    return [leafgrad.tensor(rng.standard_normal((n, 3)), requires_grad=True) for n in lengths]


def test_there_and_back() -> None:
    given = sequences(2, 4, 1, 4)
    packed = rnn.pack_sequence(given, enforce_sorted=False)
    assert packed.batch_sizes.tolist() == [4, 3, 2, 2] and packed.data.shape == (11, 3)
    for returned in (rnn.unpack_sequence(packed), rnn.unpad_sequence(rnn.pad_sequence(given), [2, 4, 1, 4])):
        assert all(leafgrad.equal(a, b) for a, b in zip(returned, given, strict=True))
    padded, lengths = rnn.pad_packed_sequence(packed, batch_first=True, padding_value=-1.0, total_length=5)
    assert padded.shape == (4, 5, 3) and lengths.tolist() == [2, 4, 1, 4] and (padded[0, 2:] == -1).all()
    (padded * padded).sum().backward()
    assert all(leafgrad.equal(x.grad, 2 * x) for x in given)


def test_padding_on_the_left() -> None:
    ones = [leafgrad.ones(1), leafgrad.ones(2)]
    assert rnn.pad_sequence(ones, True, 9.0, padding_side="left").tolist() == [[9, 1], [1, 1]]


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("kind", [nn.RNN, nn.GRU, nn.LSTM])
def test_each_sequence_runs_as_if_alone(kind: type, bidirectional: bool, batch_first: bool) -> None:
    layer = kind(3, 2, num_layers=2, bidirectional=bidirectional, batch_first=batch_first, dtype=leafgrad.float64)
    given = sequences(2, 4, 1, 4)
    first = leafgrad.rand(4 if bidirectional else 2, 4, 2, dtype=leafgrad.float64)
    start = (first, first * 2) if kind is nn.LSTM else first
    output, states = layer(rnn.pack_sequence(given, enforce_sorted=False), start)
    for i, (x, y) in enumerate(zip(given, rnn.unpack_sequence(output), strict=True)):
        alone, last = layer(x, (first[:, i], first[:, i] * 2) if kind is nn.LSTM else first[:, i])
        np.testing.assert_allclose(y.detach(), alone.detach(), rtol=1e-12)
        for ours, theirs in zip(states, last, strict=True) if kind is nn.LSTM else [(states, last)]:
            np.testing.assert_allclose(ours[:, i].detach(), theirs.detach(), rtol=1e-12)


def test_bad_input() -> None:
    for call, message in (
        (lambda: rnn.pad_sequence([]), "needs one sequence or more"),
        (lambda: rnn.pad_sequence(sequences(1), padding_side="top"), "padding_side must be"),
        (lambda: rnn.pack_sequence(sequences(1, 2)), "longest sequences must come first"),
        (lambda: rnn.pack_padded_sequence(leafgrad.ones(2, 2), [3, 1]), "a length from 1 to 2"),
        (lambda: rnn.pack_padded_sequence(leafgrad.ones(2, 2), [1]), "each of 2 sequences"),
        (lambda: rnn.pad_packed_sequence(rnn.pack_sequence(sequences(2)), total_length=1), "less than the longest"),
    ):
        with pytest.raises(RuntimeError, match=message):
            call()
