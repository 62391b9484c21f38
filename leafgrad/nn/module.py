"""Module: a function with parameters, composed of others like it. The semantics are PyTorch's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

import numpy as np

from leafgrad.autograd import RemovableHandle
from leafgrad.nn.hooks import full_backward_hook, full_backward_pre_hook
from leafgrad.nn.registry import BUFFER, MODULE, PARAMETER, TRANSIENT, members
from leafgrad.nn.state import IncompatibleKeys, clear_grad, convert, load_into, state_of
from leafgrad.nn.tree import Tree
from leafgrad.ops.conversion import target_dtype
from leafgrad.options import preserve_format
from leafgrad.tensor import Tensor


class Module(Tree):
    """The base of all layers and models: subclass it, call `super().__init__()`, define `forward`.

    Parameters, buffers and modules assigned to attributes are registered in order. One in a plain
    list, tuple, dict or set would be lost, so that is a TypeError; see ModuleList and its siblings.

    >>> import leafgrad
    >>> from leafgrad import nn
    >>> class Net(nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.hidden = nn.Linear(3, 4)
    ...         self.out = nn.Linear(4, 2)
    ...     def forward(self, x):
    ...         return self.out(leafgrad.relu(self.hidden(x)))
    >>> net = Net()
    >>> [name for name, _ in net.named_parameters()]
    ['hidden.weight', 'hidden.bias', 'out.weight', 'out.bias']
    >>> net(leafgrad.ones(5, 3)).shape
    (5, 2)
    """

    training: bool
    # made in the instance when the first hook is registered; id -> (hook, with_kwargs)
    _forward_hooks: dict[int, tuple[Callable[..., Any], bool]] | None = None
    _forward_pre_hooks: dict[int, tuple[Callable[..., Any], bool]] | None = None

    def __init__(self) -> None:
        super().__init__()
        self.training = True

    # Calling it

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What calling the module computes; each subclass defines it."""
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._forward_pre_hooks or self._forward_hooks:
            return self._call_with_hooks(args, kwargs)
        return self.forward(*args, **kwargs)

    def _call_with_hooks(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        for hook, with_kwargs in list((self._forward_pre_hooks or {}).values()):
            changed = hook(self, args, kwargs) if with_kwargs else hook(self, args)
            if changed is not None and with_kwargs:
                args, kwargs = changed
            elif changed is not None:
                args = changed if isinstance(changed, tuple) else (changed,)
        output = self.forward(*args, **kwargs)
        for hook, with_kwargs in list((self._forward_hooks or {}).values()):
            changed = hook(self, args, kwargs, output) if with_kwargs else hook(self, args, output)
            if changed is not None:
                output = changed
        return output

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Have `hook(module, args)` called before `forward`; what it returns replaces the arguments.

        With `with_kwargs`, `hook(module, args, kwargs)`, which returns both or None. The handle's
        `remove()` takes it away.
        """
        return self._register("_forward_pre_hooks", hook, prepend, with_kwargs)

    def register_forward_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Have `hook(module, args, output)` called after `forward`; what it returns replaces the output.

        With `with_kwargs`, `hook(module, args, kwargs, output)`.

        >>> from leafgrad import nn
        >>> layer = nn.Linear(2, 3)
        >>> handle = layer.register_forward_hook(lambda module, args, output: print(output.shape))
        >>> _ = layer([[1.0, 2.0]])
        (1, 3)
        >>> handle.remove()
        """
        return self._register("_forward_hooks", hook, prepend, with_kwargs)

    def register_full_backward_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Have `hook(module, grad_input, grad_output)` called in backward; what it returns replaces `grad_input`.

        Both are tuples, of the gradients of the arguments given by position and of what `forward` returned, with
        None where there is none.

        >>> import leafgrad
        >>> layer = leafgrad.nn.Linear(2, 1)
        >>> handle = layer.register_full_backward_hook(lambda module, grad_input, grad_output: print(grad_output))
        >>> layer(leafgrad.ones(1, 2)).sum().backward()
        (tensor([[1.]]),)
        """
        return full_backward_hook(self, hook, prepend)

    def register_full_backward_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Have `hook(module, grad_output)` called before that; what it returns replaces `grad_output`."""
        return full_backward_pre_hook(self, hook, prepend)

    def _register(self, hooks: str, hook: Any, prepend: bool, with_kwargs: bool) -> RemovableHandle:
        registered = self.__dict__.setdefault(hooks, {})
        before = dict(registered) if prepend else {}
        handle = RemovableHandle(registered)
        if prepend:
            registered.clear()
        registered[handle.id] = (hook, with_kwargs)
        registered.update(before)
        return handle

    # Changing all of it

    def train(self, mode: bool = True) -> Self:
        """Set `training` here and below; returns the module. Dropout, for one, asks for it."""
        if not isinstance(mode, bool):
            raise ValueError(f"train: the mode must be True or False, got {mode!r}")
        self.training = mode
        for child in self.children():
            child.train(mode)
        return self

    def eval(self) -> Self:
        """Set `training` to False here and below; returns the module."""
        return self.train(False)

    def apply(self, fn: Callable[[Module], Any]) -> Self:
        """Call `fn` with every module below and then this one; returns the module."""
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Ask for all parameters' gradients, or stop asking; returns the module."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the parameters' gradients, or set them to zeros in place."""
        for parameter in self.parameters():
            clear_grad(parameter, set_to_none)

    def to(
        self,
        *target: Any,
        dtype: Any = None,
        device: Any = None,
        non_blocking: bool = False,
        memory_format: Any = preserve_format,
    ) -> Self:
        """Convert floating-point parameters, gradients and buffers to a dtype (or a tensor's); in place.

        It is told as for `Tensor.to`: by a dtype, a device, a device and a dtype, or by name. The only device is
        "cpu", and memory keeps its format. Returns the module; a TypeError for a dtype that is not floating.

        >>> from leafgrad import nn
        >>> nn.Linear(2, 1).to("cpu", dtype=np.float64).weight.dtype
        dtype('float64')
        """
        wanted = target_dtype(target, dtype, device)
        if wanted is None:
            return self
        if wanted.kind not in "fc":
            raise TypeError(f"Module.to: only floating-point dtypes, got {wanted}")
        for _, tensor in members(self, (PARAMETER, BUFFER, TRANSIENT), "", True, True):
            convert(tensor, wanted)
        return self

    def half(self) -> Self:
        """Convert to float16; see `to`."""
        return self.to(np.float16)

    def float(self) -> Self:
        """Convert to float32; see `to`."""
        return self.to(np.float32)

    def double(self) -> Self:
        """Convert to float64; see `to`."""
        return self.to(np.float64)

    def type(self, dst_type: Any) -> Self:
        """Convert to that dtype; see `to`."""
        return self.to(dst_type)

    def cpu(self) -> Self:
        """The module itself, which is on the only device there is."""
        return self

    # Its state

    def state_dict(self, *, prefix: str = "", keep_vars: bool = False) -> dict[str, Tensor]:
        """Parameters and persistent buffers by dotted name, detached, sharing their memory.

        With `keep_vars`, the parameters themselves. What is used under two names is there twice.

        >>> from leafgrad import nn
        >>> list(nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)).state_dict())
        ['0.weight', '0.bias', '2.weight', '2.bias']
        """
        return state_of(self, prefix, keep_vars)

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> IncompatibleKeys:
        """Copy a state dict's tensors (or arrays) into the parameters and buffers of the same names.

        One RuntimeError lists all missing and unexpected keys (without `strict` they are returned
        instead) and all shapes that differ; then nothing has been changed.

        >>> from leafgrad import nn
        >>> nn.Linear(2, 1).load_state_dict({"weight": [[1.0, 2.0]], "bias": [0.0]})
        <All keys matched successfully>
        """
        return load_into(self, state_dict, strict)

    # How it looks

    def extra_repr(self) -> str:
        """What stands in the parentheses of the repr, beside the children; subclasses override it."""
        return ""

    def __repr__(self) -> str:
        extra = self.extra_repr()
        extra_lines = extra.split("\n") if extra else []
        children = [f"({n}): {indented(repr(self.__dict__[n]))}" for n, role in self._roles.items() if role == MODULE]
        return described(type(self).__name__, extra_lines, children)

    def _repr_html_(self) -> str:
        from leafgrad.nn.showing import module_html

        return module_html(self)

    def __dir__(self) -> list[str]:
        return sorted(name for name in object.__dir__(self) if not name[0].isdigit())


def described(name: str, extra_lines: list[str], children: list[str]) -> str:
    """PyTorch's layout of a module: one line if there is but one thing to say, else one each."""
    if not children and len(extra_lines) <= 1:
        return f"{name}({''.join(extra_lines)})"
    return "\n  ".join([f"{name}(", *extra_lines, *children]) + "\n)"


def indented(text: str) -> str:
    """The text with its lines after the first two columns further in."""
    first, *rest = text.split("\n")
    return "\n".join([first, *(f"  {line}" if line.strip() else "" for line in rest)])
