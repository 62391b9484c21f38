"""Embedding and F.embedding: gradients, the padding row, pretrained tables, and where they refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import leafgrad
from leafgrad import nn
from leafgrad.nn import functional as F
from tests.nn.helpers import check, leaf


@pytest.mark.parametrize("padding", [None, 1, -3])
def test_gradients(padding: int | None) -> None:
    check(lambda w: F.embedding([[0, 3, 2], [2, 2, 0]], w, padding), (4, 2))


def test_padding_row() -> None:
    layer = nn.Embedding(4, 3, padding_idx=-2)
    assert layer.padding_idx == 2 and repr(layer) == "Embedding(4, 3, padding_idx=2)"
    assert layer.weight[2].tolist() == [0, 0, 0]
    layer(leafgrad.tensor([2, 0, 2])).sum().backward()
    assert layer.weight.grad is not None and layer.weight.grad.tolist() == [[1, 1, 1], [0, 0, 0], [0, 0, 0], [0, 0, 0]]


def test_later_changes_of_the_input_do_not_matter() -> None:
    w, rows = leaf(3, 2), np.array([0, 1])
    y = F.embedding(rows, w)
    rows[:] = 2
    y.sum().backward()
    assert w.grad is not None and w.grad.tolist() == [[1, 1], [1, 1], [0, 0]]


def test_module() -> None:
    layer = nn.Embedding(1000, 20)
    assert list(layer.state_dict()) == ["weight"] and abs(float(layer.weight.detach().numpy().std()) - 1) < 0.05
    table = leafgrad.tensor([[1.0, 2.0], [3.0, 4.0]])
    frozen = nn.Embedding.from_pretrained(table)
    assert not frozen.weight.requires_grad and np.shares_memory(frozen.weight.data, table.data)
    assert nn.Embedding.from_pretrained(table, freeze=False, padding_idx=0).weight.requires_grad
    assert nn.Embedding(2, 2, _weight=table)([1]).tolist() == [[3, 4]]


@pytest.mark.parametrize(
    "error, message, call",
    [
        (IndexError, "index 3 is out of range for a table of 3 rows", lambda: F.embedding([0, 3], leaf(3, 2))),
        (IndexError, "index -1 is out of range", lambda: F.embedding([-1], leaf(3, 2))),
        (RuntimeError, "must hold int32 or int64, got float32", lambda: F.embedding([0.0], leaf(3, 2))),
        (RuntimeError, r"must have shape \(num_embeddings,", lambda: F.embedding([0], leaf(3))),
        (ValueError, "padding_idx must be within the 3 rows", lambda: nn.Embedding(3, 2, padding_idx=3)),
        (ValueError, "sizes cannot be negative", lambda: nn.Embedding(-1, 2)),
        (RuntimeError, r"give one of shape \(3, 2\)", lambda: nn.Embedding(3, 2, _weight=leafgrad.ones(2, 2))),
        (RuntimeError, "must have two dimensions", lambda: nn.Embedding.from_pretrained(leafgrad.ones(2))),
        (ValueError, "offsets must have one dimension", lambda: F.embedding_bag([0], leaf(3, 2), [[0]])),
        (ValueError, "with offsets", lambda: F.embedding_bag([0], leaf(3, 2))),
        (ValueError, "leave offsets None", lambda: F.embedding_bag([[0]], leaf(3, 2), [0])),
        (RuntimeError, "offsets must rise from 0", lambda: F.embedding_bag([0], leaf(3, 2), [1])),
        (ValueError, "mode must be sum, mean or max", lambda: F.embedding_bag([[0]], leaf(3, 2), mode="min")),
        (
            NotImplementedError,
            "mode 'sum'",
            lambda: F.embedding_bag([[0]], leaf(3, 2), per_sample_weights=leaf(1, 1)),
        ),
        (NotImplementedError, "sparse gradients are not known", lambda: F.embedding([0], leaf(3, 2), sparse=True)),
    ],
)
def test_errors(error: type[Exception], message: str, call: Any) -> None:
    with pytest.raises(error, match=message):
        call()
