"""Embedding: a table of vectors, one for each word or class, looked up one by one or in bags."""

from __future__ import annotations

from typing import Any, Self

from leafgrad.errors import ShapeError
from leafgrad.modes import no_grad
from leafgrad.nn import functional as F
from leafgrad.nn import init
from leafgrad.nn.functional.embedding import checked_padding, refuse_sparse
from leafgrad.nn.module import Module
from leafgrad.nn.parameter import Parameter, blank
from leafgrad.tensor import Tensor


class Embedding(Module):
    """Integers (*) to rows of `weight` (num_embeddings, embedding_dim): (*, embedding_dim).

    The weight is drawn from the standard normal distribution, or is `_weight`; the row `padding_idx`
    starts as zeros and gets no gradient. The other options are those of `functional.embedding`. An
    IndexError for an integer outside the table, a NotImplementedError for `sparse`.

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
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        refuse_sparse("Embedding", sparse)
        if num_embeddings < 0 or embedding_dim < 0:
            raise ValueError(f"Embedding: sizes cannot be negative, got {num_embeddings} and {embedding_dim}")
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = None if padding_idx is None else checked_padding("Embedding", padding_idx, num_embeddings)
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.scale_grad_by_freq = scale_grad_by_freq
        self.sparse = sparse
        self.weight = _table(num_embeddings, embedding_dim, _weight, not _freeze, device, dtype)
        if _weight is None:
            self.reset_parameters()

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
        table = _pretrained(cls, embeddings)
        options = padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse
        rows, dim = table.shape
        return cls(rows, dim, *options, _weight=table, _freeze=freeze)

    def reset_parameters(self) -> None:
        """Draw the table anew; the padding row is zeros."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            with no_grad():
                self.weight[self.padding_idx] = 0

    def forward(self, input: Any) -> Tensor:
        options = self.max_norm, self.norm_type, self.scale_grad_by_freq, self.sparse
        return F.embedding(input, self.weight, self.padding_idx, *options)

    def extra_repr(self) -> str:
        return ", ".join([f"{self.num_embeddings}, {self.embedding_dim}", *_padding_said(self), *_options_said(self)])


class EmbeddingBag(Module):
    """Bags of integers to the rows of `weight` (num_embeddings, embedding_dim), each bag reduced to one.

    The bags are the rows of an input (B, n), or pieces of an input (n,) that begin at the offsets (B,).
    `mode` is "sum", "mean" or "max"; the other options are those of `functional.embedding_bag`. The
    weight is drawn from the standard normal distribution, or is `_weight`; the row `padding_idx` starts
    as zeros, gets no gradient, and does not count. Errors as in `functional.embedding_bag`.

    >>> import leafgrad
    >>> layer = EmbeddingBag(10, 3)
    >>> layer
    EmbeddingBag(10, 3, mode='mean')
    >>> layer(leafgrad.tensor([0, 9, 4]), leafgrad.tensor([0, 1])).shape
    (2, 3)
    """

    weight: Parameter

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        _weight: Tensor | None = None,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        refuse_sparse("EmbeddingBag", sparse)
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.scale_grad_by_freq = scale_grad_by_freq
        self.padding_idx = None
        if padding_idx is not None:
            self.padding_idx = checked_padding("EmbeddingBag", padding_idx, num_embeddings)
        self.weight = _table(num_embeddings, embedding_dim, _weight, True, device, dtype)
        if _weight is None:
            self.reset_parameters()
        self.mode = mode
        self.sparse = sparse
        self.include_last_offset = include_last_offset

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Any,
        freeze: bool = True,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
    ) -> Self:
        """An EmbeddingBag around a table (num_embeddings, embedding_dim), shared; it learns only if not `freeze`.

        A ShapeError for a table that is not two-dimensional.

        >>> layer = EmbeddingBag.from_pretrained([[1.0, 2.0], [3.0, 4.0]])
        >>> layer([[0, 1]])
        tensor([[2., 3.]])
        """
        table = _pretrained(cls, embeddings)
        rows, dim = table.shape
        options = max_norm, norm_type, scale_grad_by_freq, mode, sparse, table, include_last_offset, padding_idx
        layer = cls(rows, dim, *options)
        layer.weight.requires_grad_(not freeze)
        return layer

    def reset_parameters(self) -> None:
        """Draw the table anew; the padding row is zeros."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            with no_grad():
                self.weight[self.padding_idx] = 0

    def forward(self, input: Any, offsets: Any = None, per_sample_weights: Any = None) -> Tensor:
        options = self.max_norm, self.norm_type, self.scale_grad_by_freq, self.mode, self.sparse
        last = per_sample_weights, self.include_last_offset, self.padding_idx
        return F.embedding_bag(input, self.weight, offsets, *options, *last)

    def extra_repr(self) -> str:
        said = [f"{self.num_embeddings}, {self.embedding_dim}", *_options_said(self), f"mode={self.mode!r}"]
        return ", ".join([*said, *_padding_said(self)])


def _table(rows: int, dim: int, weight: Tensor | None, learns: bool, device: Any, dtype: Any) -> Parameter:
    """The weight given, or a blank one; a ShapeError where it has not these sizes."""
    if weight is None:
        return blank((rows, dim), device, dtype).requires_grad_(learns)  # type: ignore[return-value]
    if tuple(weight.shape) != (rows, dim):
        raise ShapeError(
            f"Embedding: a weight of shape {tuple(weight.shape)} is no table of {rows} rows of {dim}; "
            f"give one of shape ({rows}, {dim})"
        )
    return Parameter(weight, requires_grad=learns)


def _pretrained(cls: type, embeddings: Any) -> Tensor:
    table = embeddings if isinstance(embeddings, Tensor) else Tensor(embeddings)
    if table.ndim != 2:
        raise ShapeError(f"{cls.__name__}.from_pretrained: the table must have two dimensions, got shape {table.shape}")
    return table.detach()


def _padding_said(layer: Embedding | EmbeddingBag) -> list[str]:
    return [] if layer.padding_idx is None else [f"padding_idx={layer.padding_idx}"]


def _options_said(layer: Embedding | EmbeddingBag) -> list[str]:
    """What PyTorch's repr says of the options that are not the usual ones."""
    said = [f"max_norm={layer.max_norm}"] if layer.max_norm is not None else []
    said += [f"norm_type={layer.norm_type}"] if layer.norm_type != 2 else []
    said += [f"scale_grad_by_freq={layer.scale_grad_by_freq}"] if layer.scale_grad_by_freq else []
    return said
