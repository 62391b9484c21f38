"""The views of the other files, copied: `view_copy`, `expand_copy` and their like."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from leafgrad.ops.broadcasting import expand
from leafgrad.ops.complex import view_as_complex, view_as_real
from leafgrad.ops.conversion import clone
from leafgrad.ops.diagonals import diagonal
from leafgrad.ops.history import detach
from leafgrad.ops.permuting import permute, t, transpose
from leafgrad.ops.shape import squeeze, unsqueeze, view
from leafgrad.ops.slicing import narrow, select, slice, unfold
from leafgrad.ops.splitting import split, split_with_sizes, unbind
from leafgrad.ops.strides import as_strided
from leafgrad.surface import public

__all__ = [
    "alias_copy", "as_strided_copy", "detach_copy", "diagonal_copy", "expand_copy", "narrow_copy", "permute_copy",
    "select_copy", "slice_copy", "split_copy", "split_with_sizes_copy", "squeeze_copy", "t_copy", "transpose_copy",
    "unbind_copy", "unfold_copy", "unsqueeze_copy", "view_as_complex_copy", "view_as_real_copy", "view_copy",
]


def _copied(name: str, view: Callable[..., Any], method: bool = False) -> Callable[..., Any]:
    """The function `name`, which copies what `view` would show: one tensor or a tuple of them."""

    @wraps(view)
    def copied(*args: Any, **kwargs: Any) -> Any:
        seen = view(*args, **kwargs)
        return tuple(clone(each) for each in seen) if isinstance(seen, tuple) else clone(seen)

    copied.__name__ = copied.__qualname__ = name
    copied.__module__ = __name__
    copied.__doc__ = f"`{view.__name__}`, copied into memory of its own. d = that of `{view.__name__}`"
    return public(method=method)(copied)


alias_copy = _copied("alias_copy", clone)
as_strided_copy = _copied("as_strided_copy", as_strided)
detach_copy = _copied("detach_copy", detach)
diagonal_copy = _copied("diagonal_copy", diagonal)
expand_copy = _copied("expand_copy", expand)
narrow_copy = _copied("narrow_copy", narrow, method=True)
permute_copy = _copied("permute_copy", permute)
select_copy = _copied("select_copy", select)
slice_copy = _copied("slice_copy", slice)
split_copy = _copied("split_copy", split)
split_with_sizes_copy = _copied("split_with_sizes_copy", split_with_sizes)
squeeze_copy = _copied("squeeze_copy", squeeze)
t_copy = _copied("t_copy", t)
transpose_copy = _copied("transpose_copy", transpose)
unbind_copy = _copied("unbind_copy", unbind)
unfold_copy = _copied("unfold_copy", unfold)
unsqueeze_copy = _copied("unsqueeze_copy", unsqueeze)
view_as_complex_copy = _copied("view_as_complex_copy", view_as_complex)
view_as_real_copy = _copied("view_as_real_copy", view_as_real)
view_copy = _copied("view_copy", view)
