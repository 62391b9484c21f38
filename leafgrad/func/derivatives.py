"""`vjp`, on which the others stand: `grad`, `value_and_grad`, and `jvp`.

Each call runs the function on inputs of its own, which are leaves of the graph, or, where an outer
transform or the caller's own backward differentiates the same inputs, clones with a history. The
gradients get a history only where somebody outside can ask for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from leafgrad import autograd
from leafgrad.func.trees import like_tree, mapped, rebuilt, tensors, values
from leafgrad.modes import enable_grad, mode
from leafgrad.node import Node
from leafgrad.tensor import Tensor, wrap

Argnums = int | tuple[int, ...]


def vjp(func: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """`func(*primals)`, and the function from a cotangent v of its result to vᵀJ.

    That function may be called any number of times; it takes a tree of the result's form and gives
    a tuple with one gradient, or tree of them, for each primal. With `has_aux`, `func`
    returns a pair, of which the second part is passed on as a third result. A RuntimeError where a
    cotangent's form or shape is not that of the result.

    >>> out, pull = vjp(lambda x: x * x, Tensor([1.0, 2.0]))
    >>> pull(Tensor([1.0, 1.0]))
    (tensor([2., 4.]),)
    """
    out, aux, pull = _vjp("vjp", func, primals, has_aux)

    def pull_back(cotangents: Any) -> Any:
        return rebuilt(primals, pull(like_tree("vjp", "the cotangent", cotangents, out)))

    return (out, pull_back, aux) if has_aux else (out, pull_back)


def _vjp(
    op: str, func: Callable[..., Any], primals: tuple[Any, ...], has_aux: bool
) -> tuple[Any, Any, Callable[[Sequence[Tensor]], list[Tensor]]]:
    """The result, what else the function returned, and the gradients of all inputs, flat, for flat cotangents."""
    outer = mode.enabled
    with enable_grad():
        given = [_floating(op, x) for x in values(primals)]
        inputs = [x.clone() if outer and x.requires_grad else x.detach().requires_grad_() for x in given]
        out = func(*rebuilt(primals, inputs))
        out, aux = _without_aux(op, out) if has_aux else (out, None)
        results = tensors(op, "the function's result", out)
        history = outer and _leads_beyond(results, inputs)

    def pull(cotangents: Sequence[Tensor]) -> list[Tensor]:
        create = history or (mode.enabled and any(v.requires_grad for v in cotangents))
        pairs = [(y, v) for y, v in zip(results, cotangents, strict=True) if y.requires_grad]
        if not pairs:
            return [wrap(np.zeros(x.shape, x.dtype)) for x in inputs]
        ys, vs = zip(*pairs, strict=True)
        found = autograd.grad(ys, inputs, vs, retain_graph=True, create_graph=create, materialize_grads=True)
        return list(found)  # type: ignore[arg-type]

    seen = lambda t: t if history or not isinstance(t, Tensor) else t.detach()  # noqa: E731
    return mapped(seen, out), mapped(seen, aux), pull


def _floating(op: str, x: Any) -> Tensor:
    """An input as a tensor that can have a gradient; Python numbers and float arrays become one."""
    tensor = x if isinstance(x, Tensor) else Tensor(x)
    if tensor.dtype.kind not in "fc":
        raise RuntimeError(f"{op}: only floating-point inputs have a gradient, got {tensor.dtype}; call .float()")
    return tensor


def _without_aux(op: str, returned: Any) -> tuple[Any, Any]:
    if not (isinstance(returned, tuple) and len(returned) == 2):
        raise RuntimeError(f"{op}: with has_aux=True the function must return a pair (result, aux)")
    return returned


def _leads_beyond(results: Sequence[Tensor], inputs: Sequence[Tensor]) -> bool:
    """Whether the results depend on a leaf other than the inputs, so that somebody may differentiate again."""
    if not all(x.is_leaf for x in inputs):
        return True
    own = set(inputs)
    if any(y.is_leaf and y.requires_grad and y not in own for y in results):
        return True
    stack = list({y.grad_fn for y in results if y.grad_fn is not None})
    found = set(stack)
    while stack:
        for leaf in stack.pop().dependencies:
            parent = leaf.value
            if not isinstance(parent, Node):
                if parent not in own:
                    return True
            elif parent not in found:
                found.add(parent)
                stack.append(parent)
    return False


def grad(func: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that computes the gradient of `func`, a scalar, in the arguments that `argnums` names.

    The gradient has the form of the argument (a tuple of them for a tuple of numbers); of an argument
    that is not used it is zero. With `has_aux`, `func` returns (scalar, aux), the result is
    (gradient, aux). A RuntimeError where `func` does not return one scalar tensor.

    >>> grad(lambda x, y: (x * y).sum(), argnums=(0, 1))(Tensor([1.0, 2.0]), Tensor([3.0, 4.0]))
    (tensor([3., 4.]), tensor([1., 2.]))
    """

    @wraps(func)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        grads, _, aux = _grad_value_aux("grad", func, argnums, has_aux, args, kwargs)
        return (grads, aux) if has_aux else grads

    return gradient


def grad_and_value(func: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """As `grad`, but the result is (gradient, value), or (gradient, (value, aux)), as in `torch.func`.

    >>> grad_and_value(lambda x: x * x)(Tensor(3.0))
    (tensor(6.), tensor(9.))
    """

    @wraps(func)
    def gradient_and_value(*args: Any, **kwargs: Any) -> Any:
        grads, value, aux = _grad_value_aux("grad_and_value", func, argnums, has_aux, args, kwargs)
        return grads, ((value, aux) if has_aux else value)

    return gradient_and_value


def value_and_grad(func: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """As `grad_and_value`, the other way round, as in JAX: (value, gradient), or ((value, aux), gradient).

    >>> value_and_grad(lambda x: x * x)(Tensor(3.0))
    (tensor(9.), tensor(6.))
    """
    both = grad_and_value(func, argnums, has_aux)
    return wraps(func)(lambda *args, **kwargs: both(*args, **kwargs)[::-1])


def _grad_value_aux(
    op: str, func: Any, argnums: Argnums, has_aux: bool, args: Any, kwargs: Any
) -> tuple[Any, Any, Any]:
    chosen, partial = bound(op, func, argnums, args, kwargs)
    value, aux, pull = _vjp(op, partial, chosen, has_aux)
    if not isinstance(value, Tensor) or value.numel() != 1 or value.ndim:
        got = f"shape {value.shape}" if isinstance(value, Tensor) else type(value).__name__
        raise RuntimeError(f"{op}: the function must return a scalar tensor, got {got}; reduce it, or use jacrev")
    grads = rebuilt(chosen, pull([wrap(np.ones((), value.dtype))]))
    return (grads if isinstance(argnums, tuple) else grads[0]), value, aux


def bound(op: str, func: Any, argnums: Argnums, args: Any, kwargs: Any) -> tuple[tuple[Any, ...], Callable[..., Any]]:
    """The arguments that `argnums` names, and the function of them alone."""
    numbers = argnums if isinstance(argnums, tuple) else (argnums,)
    if not numbers or any(not -len(args) <= i < len(args) for i in numbers):
        raise RuntimeError(f"{op}: argnums {argnums} do not name arguments of a call with {len(args)}")
    places = [i % len(args) for i in numbers]
    if len(set(places)) < len(places):
        raise RuntimeError(f"{op}: argnums {argnums} name an argument twice")

    def partial(*chosen: Any) -> Any:
        given = list(args)
        for place, value in zip(places, chosen, strict=True):
            given[place] = value
        return func(*given, **kwargs)

    return tuple(args[i] for i in places), partial


def jvp(
    func: Callable[..., Any],
    primals: tuple[Any, ...],
    tangents: tuple[Any, ...],
    *,
    strict: bool = False,
    has_aux: bool = False,
) -> Any:
    """`func(*primals)`, and J v: how fast it moves when the primals move at the speeds `tangents`.

    uᵀJ, which backward computes, is linear in u, and its slope along v is J v: so this is two
    backward passes, and no forward rule is written for any operation. With `strict`, a result that
    depends on no input is a RuntimeError; else its tangent is zero. A TypeError unless primals and
    tangents are tuples, a RuntimeError where they do not fit together.

    >>> jvp(lambda x: x * x, (Tensor([1.0, 2.0]),), (Tensor([1.0, 0.5]),))
    (tensor([1., 4.]), tensor([2., 2.]))
    """
    if not isinstance(primals, tuple) or not isinstance(tangents, tuple):
        raise TypeError("jvp: primals and tangents must be tuples, one entry for each argument of the function")
    if not primals:
        raise RuntimeError("jvp: at least one primal is needed")
    directions = like_tree("jvp", "tangents", mapped(_as_tensor, tangents), mapped(_as_tensor, primals))
    with enable_grad():
        out, aux, pull = _vjp("jvp", func, primals, has_aux)
        results = values(out)
        weights = [wrap(np.zeros(y.shape, y.dtype)).requires_grad_() for y in results]
        slopes = pull(weights)
        used = [(s, v) for s, v in zip(slopes, directions, strict=True) if s.requires_grad]
        if strict and not used:
            raise RuntimeError("jvp: with strict=True the function's result must depend on an input; it does not")
        speeds: Sequence[Any] = [wrap(np.zeros(y.shape, y.dtype)) for y in results]
        if used:
            ys, vs = zip(*used, strict=True)
            again = any(y.requires_grad for y in results) or any(v.requires_grad for v in vs)
            speeds = autograd.grad(ys, weights, vs, create_graph=again, materialize_grads=True)
    made = out, rebuilt(out, speeds)
    return (*made, aux) if has_aux else made


def _as_tensor(x: Any) -> Tensor:
    return x if isinstance(x, Tensor) else Tensor(x)


def linearize(func: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[..., Any]]:
    """`func(*primals)`, and the function from tangents v to J v there, as of `jvp`.

    >>> value, along = linearize(lambda x: x * x, Tensor([1.0, 2.0]))
    >>> along(Tensor([1.0, 0.5]))
    tensor([2., 2.])
    """
    return func(*primals), lambda *tangents: jvp(func, primals, tangents)[1]
