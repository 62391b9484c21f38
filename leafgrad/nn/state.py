"""A module's state: taking it out, putting it back, converting it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from leafgrad.modes import no_grad
from leafgrad.nn.registry import BUFFER, PARAMETER, dotted, owned, refuse_hidden, walk
from leafgrad.node import Array
from leafgrad.tensor import Tensor

if TYPE_CHECKING:
    from leafgrad.nn.module import Module


class IncompatibleKeys(NamedTuple):
    """What `load_state_dict` returns: the keys that only the module, or only the state dict, has."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


def state_of(module: Module, prefix: str, keep_vars: bool) -> dict[str, Tensor]:
    """Each module's parameters, then its persistent buffers, then its children's, by dotted name."""
    refuse_hidden(module)
    return {
        dotted(path, name): value if keep_vars else value.detach()
        for path, each in walk(module, prefix.removesuffix("."), remove_duplicate=False)
        for role in (PARAMETER, BUFFER)
        for name, value in owned(each, role)
    }


def load_into(module: Module, state: Mapping[str, Any], strict: bool) -> IncompatibleKeys:
    """Check everything, then copy everything."""
    if not isinstance(state, Mapping):
        raise TypeError(f"load_state_dict: expected a dict of tensors by name, got {type(state).__name__}")
    own = state_of(module, "", keep_vars=True)
    missing = [name for name in own if name not in state]
    unexpected = [name for name in state if name not in own]
    problems = []
    if strict and missing:
        problems.append(f"Missing key(s) in state_dict: {_quoted(missing)}")
    if strict and unexpected:
        problems.append(f"Unexpected key(s) in state_dict: {_quoted(unexpected)}")
    new: list[tuple[Tensor, Array]] = []
    for name, target in own.items():
        if name in state:
            try:
                new.append((target, _fitting(state[name], target)))
            except (TypeError, ValueError) as error:
                problems.append(f"{error} for {name}")
    if problems:
        summary = f"Error(s) in loading state_dict for {type(module).__name__}, nothing was loaded:"
        raise RuntimeError("\n\t".join([summary, *problems]))
    for target, array in new:
        target.data[...] = array
        target.mark_written()
    return IncompatibleKeys(missing, unexpected)


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _fitting(value: Any, target: Tensor) -> Array:
    """The value as an array to copy into the target; it shares no memory with what is to be written."""
    array = np.array(value.data if isinstance(value, Tensor) else value)
    if array.dtype.kind not in ("fiubc" if target.dtype.kind == "c" else "fiub"):
        raise TypeError(f"dtype mismatch: {array.dtype} in the state dict, {target.dtype} in the module,")
    if array.shape != target.shape:
        raise ValueError(f"size mismatch: shape {array.shape} in the state dict, {target.shape} in the module,")
    if not target.data.flags.writeable:
        raise ValueError("the module's tensor shares a read-only array,")
    return array


def clear_grad(tensor: Tensor, set_to_none: bool) -> None:
    """Forget a tensor's gradient, or set it to zeros in place."""
    grad = tensor.grad
    if grad is None:
        return
    if set_to_none:
        tensor.grad = None
        return
    if grad.requires_grad:
        tensor.grad = grad = grad.detach()
    with no_grad():
        grad.zero_()


def convert(tensor: Tensor, dtype: np.dtype[Any]) -> None:
    """Give a floating-point tensor, and its gradient, another dtype in place; others stay as they are."""
    if tensor.dtype.kind not in "fc" or tensor.dtype == dtype:
        return
    grad, tensor.grad = tensor.grad, None
    tensor.data = tensor.data.astype(dtype)
    if grad is not None:
        tensor.grad = grad.to(dtype)
