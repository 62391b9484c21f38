"""Hooks of a module that run in backward: they see, and may replace, the gradients at its seams.

A seam is an operation that hands tensors on, before or after `forward`; ordinary forward hooks put it there, and in
backward it calls the user's hook.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from leafgrad.autograd import RemovableHandle
from leafgrad.function import Function
from leafgrad.tensor import Tensor

if TYPE_CHECKING:
    from leafgrad.nn.module import Module

Gradients = tuple[Any, ...]


class _Seam(Function):
    """Hands tensors on; in backward, `crossed` is given their gradients and returns those to go on with."""

    @staticmethod
    def forward(ctx: Any, crossed: Callable[[Gradients], Gradients], *tensors: Tensor) -> Any:
        ctx.crossed = crossed
        ctx.set_materialize_grads(False)
        return tuple(x.clone() for x in tensors)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        return None, *ctx.crossed(grads)


def seamed(values: tuple[Any, ...], crossed: Callable[[Gradients], Gradients]) -> tuple[Any, ...]:
    """The values, their tensors that require grad behind a seam; `crossed` knows None for each of the others."""
    places = [i for i, x in enumerate(values) if isinstance(x, Tensor) and x.requires_grad]
    if not places:
        return values

    def spread(grads: Gradients) -> Gradients:
        given = dict(zip(places, grads, strict=True))
        returned = crossed(tuple(given.get(i) for i in range(len(values))))
        return tuple(returned[i] for i in places)

    handed = dict(zip(places, _Seam.apply(spread, *[values[i] for i in places]), strict=True))
    return tuple(handed.get(i, x) for i, x in enumerate(values))


def of_output(output: Any, crossed: Callable[[Gradients], Gradients]) -> Any:
    """`seamed` for what a module returns: a tensor, or a tuple of them; anything else is left as it is."""
    if isinstance(output, Tensor):
        return seamed((output,), crossed)[0]
    return seamed(output, crossed) if type(output) is tuple else output


def replaced(grads: Gradients, answer: Any) -> Gradients:
    """What a hook answered in the place of these gradients; themselves for None."""
    if answer is None:
        return grads
    chosen = answer if isinstance(answer, tuple) else (answer,)
    if len(chosen) != len(grads):
        raise RuntimeError(f"a backward hook must return {len(grads)} gradients, or None, got {len(chosen)}")
    return chosen


def full_backward_pre_hook(module: Module, hook: Callable[..., Any], prepend: bool) -> RemovableHandle:
    """Have `hook(module, grad_output)` called with the gradients of what the module returned."""

    def after(module: Module, args: Any, output: Any) -> Any:
        return of_output(output, lambda grads: replaced(grads, hook(module, grads)))

    return module.register_forward_hook(after, prepend=prepend)


def full_backward_hook(module: Module, hook: Callable[..., Any], prepend: bool) -> RemovableHandle:
    """Have `hook(module, grad_input, grad_output)` called once the gradients of the arguments are there."""
    calls: list[tuple[dict[str, Gradients], Any]] = []  # of the module, that have begun: what each has seen, its args

    def before(module: Module, args: tuple[Any, ...]) -> tuple[Any, ...]:
        seen: dict[str, Gradients] = {}
        calls.append((seen, args))
        return seamed(args, lambda grads: replaced(grads, hook(module, grads, seen.get("grad_output"))))

    def after(module: Module, args: Any, output: Any) -> Any:
        seen, given = calls.pop()
        alone = not any(isinstance(x, Tensor) and x.requires_grad for x in given)

        def crossed(grads: Gradients) -> Gradients:
            seen["grad_output"] = grads
            if alone:  # no gradient will arrive at the arguments
                hook(module, (None,) * len(given), grads)
            return grads

        return of_output(output, crossed)

    return Handles(module.register_forward_pre_hook(before), module.register_forward_hook(after, prepend=True))


class Handles(RemovableHandle):
    """Several handles that are removed together."""

    def __init__(self, *handles: RemovableHandle) -> None:
        self.handles = handles

    def remove(self) -> None:
        for handle in self.handles:
            handle.remove()
