"""Embedding: a table of vectors, one for each word or class."""

from __future__ import annotations

from typing import Any, Self

from leafgrad.creation import empty
from leafgrad.errors import ShapeError
from leafgrad.modes import no_grad
from leafgrad.nn import functional as F
from leafgrad.nn import init
from leafgrad.nn.functional.embedding import check_options, checked_padding
from leafgrad.nn.module import Module
from leafgrad.nn.parameter import Parameter
from leafgrad.tensor import Tensor


class Embedding(Module):
    """Integers (*) to rows of `weight` (num_embeddings, embedding_dim): (*, embedding_dim).

    The weight is drawn from the standard normal distribution, or is `_weight`; the row `padding_idx`
    starts as zeros and gets no gradient. An IndexError for an integer outside the table, a
    NotImplementedError for `max_norm`, `scale_grad_by_freq` and `sparse`.

    >>> import leafgrad
    >>> layer = Embedding(10, 3, padding_idx=0)
    >>> layer
    Embedding(10, 3, padding_idx=0)
    >>> layer(leafgrad.tensor([[0, 9]])).shape
    (1, 2, 3)
    """

    weight: Parameter

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Tensor | None = None,
        _freeze: bool = False,
        *,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        check_options(max_norm, scale_grad_by_freq, sparse)
        if num_embeddings < 0 or embedding_dim < 0:
            raise ValueError(f"Embedding: sizes cannot be negative, got {num_embeddings} and {embedding_dim}")
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = None if padding_idx is None else checked_padding(padding_idx, num_embeddings)
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.scale_grad_by_freq = scale_grad_by_freq
        self.sparse = sparse
        if _weight is None:
            self.weight = Parameter(empty(num_embeddings, embedding_dim, dtype=dtype), requires_grad=not _freeze)
            self.reset_parameters()
        elif tuple(_weight.shape) != (num_embeddings, embedding_dim):
            raise ShapeError(
                f"Embedding: a weight of shape {tuple(_weight.shape)} is no table of {num_embeddings} rows "
                f"of {embedding_dim}; give one of shape ({num_embeddings}, {embedding_dim})"
            )
        else:
            self.weight = Parameter(_weight, requires_grad=not _freeze)

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Any,
        freeze: bool = True,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
    ) -> Self:
        """An Embedding around a table (num_embeddings, embedding_dim), shared; it learns only if not `freeze`.

        A ShapeError for a table that is not two-dimensional.

        >>> layer = Embedding.from_pretrained([[1.0, 2.0], [3.0, 4.0]])
        >>> layer([1])
        tensor([[3., 4.]])
        """
        table = embeddings if isinstance(embeddings, Tensor) else Tensor(embeddings)
        if table.ndim != 2:
            raise ShapeError(f"Embedding.from_pretrained: the table must have two dimensions, got shape {table.shape}")
        rows, dim = table.shape
        options = padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse
        return cls(rows, dim, *options, _weight=table.detach(), _freeze=freeze)

    def reset_parameters(self) -> None:
        """Draw the table anew; the padding row is zeros."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            with no_grad():
                self.weight[self.padding_idx] = 0

    def forward(self, input: Any) -> Tensor:
        return F.embedding(input, self.weight, self.padding_idx)

    def extra_repr(self) -> str:
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
