"""The copying twins of views: what the view shows, in memory of its own, with its gradient."""

from __future__ import annotations

import numpy as np
import pytest

import leafgrad
from leafgrad import Tensor

CALLS = {
    "alias_copy": (),
    "as_strided_copy": ((2, 2), (1, 1)),
    "detach_copy": (),
    "diagonal_copy": (),
    "expand_copy": ((2, 2, 3),),
    "permute_copy": ((1, 0),),
    "select_copy": (1, 0),
    "slice_copy": (1, 0, 2),
    "split_copy": (1,),
    "split_with_sizes_copy": ((1, 1),),
    "squeeze_copy": (),
    "transpose_copy": (0, 1),
    "unfold_copy": (1, 2, 1),
    "unsqueeze_copy": (0,),
    "view_copy": (3, 2),
}


@pytest.mark.parametrize("name, args", CALLS.items())
def test_a_copy_shows_what_its_view_shows(name: str, args: tuple) -> None:
    x = leafgrad.arange(6.0).reshape(2, 3).requires_grad_()
    named = {"alias_copy": leafgrad.clone, "slice_copy": leafgrad.slice}
    view = named.get(name) or getattr(Tensor, name.removesuffix("_copy"))
    copied, seen = getattr(leafgrad, name)(x, *args), view(x, *args)
    if not isinstance(seen, tuple):
        copied, seen = (copied,), (seen,)
    for copy, original in zip(copied, seen, strict=True):
        assert np.array_equal(copy.detach().numpy(), original.detach().numpy()) and copy._view is None
        assert not np.may_share_memory(copy.data, x.data)
        assert copy.requires_grad == (name != "detach_copy")
        if copy.requires_grad:
            assert leafgrad.equal(*(leafgrad.autograd.grad(t.sum(), x)[0] for t in (copy, original)))


def test_copies_of_complex_numbers_as_pairs() -> None:
    pairs = leafgrad.arange(4.0).reshape(2, 2)
    numbers = leafgrad.view_as_complex_copy(pairs)
    assert numbers.tolist() == [1j, 2 + 3j] and not np.may_share_memory(numbers.data, pairs.data)
    assert leafgrad.equal(leafgrad.view_as_real_copy(numbers), pairs)
