"""`backward`, `grad`, hooks: what a user asks of the graph."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from sys import getrefcount
from typing import Any

import numpy as np

from leafgrad.anomaly import detect_anomaly, set_detect_anomaly
from leafgrad.backward import Walk, already_freed, through_hooks
from leafgrad.function import Function
from leafgrad.modes import enable_grad, inference_mode, no_grad, set_grad_enabled
from leafgrad.node import Array, clock
from leafgrad.recording import conjugate
from leafgrad.tensor import Tensor, wrap

__all__ = [
    "Function",
    "Variable",
    "backward",
    "detect_anomaly",
    "enable_grad",
    "grad",
    "gradcheck",
    "gradgradcheck",
    "inference_mode",
    "no_grad",
    "set_detect_anomaly",
    "set_grad_enabled",
]


def backward(
    tensors: Tensor | Sequence[Tensor],
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Tensor | Sequence[Tensor] | None = None,
) -> None:
    """Accumulate into `.grad` of the leaves the gradient of `tensors`, weighted by `grad_tensors`.

    `retain_graph` keeps the graph for another backward (by default it is freed on the way, unless
    `create_graph`); `create_graph` records the gradients' own computation; `inputs` limits which
    tensors receive a gradient. A RuntimeError for a non-scalar without a gradient, for a tensor
    that needs none, and for a graph already freed: then no `.grad` has changed.

    >>> import leafgrad
    >>> x = leafgrad.tensor([1.0, 2.0], requires_grad=True)
    >>> backward([x.sum(), (x * x).sum()])
    >>> x.grad
    tensor([3., 5.])
    """
    if create_graph:
        warnings.warn(
            "backward() with create_graph=True makes a reference cycle between a tensor and its .grad; use "
            "autograd.grad, or set .grad to None afterwards",
            stacklevel=3,
        )
    roots = starting_gradients("backward", tensors, grad_tensors, create_graph)
    targets = None
    if inputs is not None:
        targets = _sequence(inputs)
        _check_inputs("backward", targets)
    walk = _walk(roots, retain_graph, create_graph, targets)
    arrived = walk.arrived
    if targets is not None:
        arrived = {tensor: arrived[key] for tensor in targets if (key := _key(tensor)) in arrived}
        walk.arrived = {}  # so that nobody else holds the gradients, and those of leaves need no copy
    with set_grad_enabled(create_graph):  # as the hooks of results, in the walk
        for tensor in [tensor for tensor in arrived if tensor._hooks is not None or tensor.dtype.kind == "c"]:
            arrived[tensor] = _of_leaf(tensor, arrived[tensor])
        for tensor, g in walk.retained:
            arrived.setdefault(tensor, g)
        for tensor in list(arrived):
            _accumulate(tensor, arrived.pop(tensor))
            if tensor._after_accumulate:
                for after in list(tensor._after_accumulate.values()):
                    after(tensor)


def grad(
    outputs: Tensor | Sequence[Tensor],
    inputs: Tensor | Sequence[Tensor],
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple[Tensor | None, ...]:
    """The gradients of `outputs`, weighted by `grad_outputs`, with respect to `inputs`, as a tuple.

    Nothing is accumulated, but where `retain_grad()` asked. An input that the outputs do not depend
    on is a RuntimeError, unless `allow_unused` (then its gradient is None) or `materialize_grads`
    (then it is zero). With `is_grads_batched`, each of `grad_outputs` has one dimension more, the first,
    and so has each result: a walk is made for every entry. `only_inputs` is PyTorch's, and always so.

    >>> import leafgrad
    >>> x = leafgrad.tensor(3.0, requires_grad=True)
    >>> (first,) = grad(x**3, x, create_graph=True)
    >>> grad(first, x)
    (tensor(18.),)
    """
    if materialize_grads and allow_unused is False:
        raise ValueError("grad: materialize_grads=True needs allow_unused to be True or unset")
    if is_grads_batched:
        rows = zip(*_sequence(grad_outputs), strict=True)
        options = create_graph, True, allow_unused, False, materialize_grads
        return _stacked([grad(outputs, inputs, row, True, *options) for row in rows])
    targets = _sequence(inputs)
    _check_inputs("grad", targets)
    roots = starting_gradients("grad", outputs, grad_outputs, create_graph)
    walk = _walk(roots, retain_graph, create_graph, targets)
    results: list[Tensor | None] = []
    for tensor in targets:
        g = walk.arrived.get(_key(tensor))
        if g is not None:
            with set_grad_enabled(create_graph):
                g = _of_leaf(tensor, g)
            results.append(g.clone() if isinstance(g, Tensor) else wrap(np.array(g)))
        elif walk.met_freed:
            raise already_freed(walk.node or roots[0][0])
        elif materialize_grads:
            results.append(wrap(np.zeros(tensor.shape, tensor.dtype)))
        elif allow_unused:
            results.append(None)
        else:
            raise RuntimeError(
                f"grad: an input of shape {tensor.shape} was not used to compute the outputs; "
                "pass allow_unused=True if that is intended"
            )
    for tensor, g in walk.retained:
        _accumulate(tensor, g)
    return tuple(results)


def _stacked(rows: list[tuple[Tensor | None, ...]]) -> tuple[Tensor | None, ...]:
    """Of the gradients for each entry of a batch, each input's in one tensor."""
    from leafgrad.ops.joining import stack

    return tuple(None if column[0] is None else stack(column) for column in zip(*rows, strict=True))


def Variable(data: Tensor, requires_grad: bool = False) -> Tensor:
    """The tensor, detached; once it needed this name to have a gradient.

    >>> import leafgrad
    >>> Variable(leafgrad.ones(2), requires_grad=True)
    tensor([1., 1.], requires_grad=True)
    """
    return data.detach().requires_grad_(requires_grad)


def _walk(roots: list[Any], retain_graph: bool | None, create_graph: bool, targets: Any) -> Walk:
    wanted = None if targets is None else [_key(tensor) for tensor in targets]
    keep = create_graph if retain_graph is None else retain_graph
    walk = Walk(keep, create_graph, wanted)
    walk.run(roots)
    return walk


def _key(tensor: Tensor) -> Any:
    """Where a walk knows this tensor by: its node, or itself if it is a leaf."""
    return tensor.grad_fn or tensor


def _sequence(tensors: Any) -> Sequence[Any]:
    return (tensors,) if isinstance(tensors, Tensor) else tuple(tensors)


def _check_inputs(op: str, inputs: Sequence[Tensor]) -> None:
    if not inputs:
        raise RuntimeError(f"{op}: inputs is empty; give the tensors that shall receive a gradient")
    for tensor in inputs:
        if not tensor.requires_grad:
            raise RuntimeError(
                f"{op}: an input of shape {tensor.shape} does not require grad; call requires_grad_() first"
            )


def starting_gradients(op: str, outputs: Any, gradients: Any, differentiable: bool) -> list[tuple[Any, Any]]:
    """Each output's node (or the leaf itself) with the gradient to start from, as the graph has it."""
    outputs = _sequence(outputs)
    if gradients is None:
        gradients = [None] * len(outputs)
    elif isinstance(gradients, Tensor | np.ndarray | np.generic | float | int | complex):
        gradients = [gradients]
    if len(gradients) != len(outputs):
        raise RuntimeError(f"{op}: got {len(outputs)} outputs but {len(gradients)} gradients")
    roots = []
    for tensor, g in zip(outputs, gradients, strict=True):
        if not isinstance(tensor, Tensor):
            raise TypeError(f"{op}: expected tensors, got {type(tensor).__name__}")
        if not tensor.requires_grad:
            raise RuntimeError(
                f"{op}: a tensor of shape {tensor.shape} does not require grad and has no grad_fn; "
                "set requires_grad=True on what it is computed from, outside no_grad()"
            )
        roots.append((_key(tensor), conjugate(_initial(op, tensor, g, differentiable))))
    return roots


def _initial(op: str, tensor: Tensor, g: Any, differentiable: bool) -> Any:
    if g is None:
        if tensor._now.array.size != 1:
            raise RuntimeError(
                f"{op}: grad can be implicitly created only for scalar outputs, this one has shape {tensor.shape}; "
                "reduce it (.sum(), .mean()) or pass a gradient of its shape"
            )
        if tensor.dtype.kind == "c":
            raise RuntimeError(
                f"{op}: grad can be implicitly created only for real scalar outputs, this one is {tensor.dtype}; "
                "take its real part or abs(), or pass a gradient"
            )
        # a NumPy scalar for a 0-d tensor: far faster
        ones = np.ones(tensor.shape, tensor.dtype) if tensor.ndim else tensor.dtype.type(1)
        return wrap(ones) if differentiable else ones
    if not isinstance(g, Tensor):
        g = wrap(np.asarray(g, tensor.dtype))
    if g.shape != tensor.shape:
        raise RuntimeError(
            f"{op}: the gradient has shape {g.shape}, the output has shape {tensor.shape}; they must match"
        )
    if g.dtype != tensor.dtype:
        g = g.to(tensor.dtype)
    return g if differentiable else g._now.array


def _of_leaf(tensor: Tensor, g: Any) -> Any:
    """The user's gradient, after the hooks of a leaf; those of a result ran in the walk."""
    g = conjugate(g)
    return through_hooks(tensor._hooks, tensor, g) if tensor.is_leaf else g


def _accumulate(tensor: Tensor, g: Any) -> None:
    """Add `g` to `tensor.grad`; what arrives there is an alias of nothing else."""
    held = tensor._grad
    if isinstance(g, Tensor):
        tensor._grad = g.clone() if held is None else held + g
    elif held is None:
        tensor._grad = wrap(g if _alone(g) else np.array(g))
    elif held.requires_grad:  # from an earlier create_graph=True: its history stays
        with enable_grad():
            tensor._grad = held + wrap(g)
    else:
        array = held.data
        array += g
        held.mark_written()


def _alone(g: Array) -> bool:
    """Whether nobody else can see this array's memory, so that it can be taken without a copy."""
    owner = g.base if isinstance(g, np.ndarray) else None
    if owner is None:
        return isinstance(g, np.ndarray) and getrefcount(g) <= _SOLE and g.flags.writeable
    return False


def _references_to_a_sole_array() -> int:
    """What `getrefcount` says in `_alone` of an array that only its caller's caller holds."""
    counts: list[int] = []

    def seen(g: Array) -> None:
        counts.append(getrefcount(g))

    def handed(g: Array) -> None:
        seen(g)

    handed({0: np.zeros(1)}.pop(0))
    return counts[0]


_SOLE = _references_to_a_sole_array()


class RemovableHandle:
    """What registering a hook returns: `remove()` takes the hook away; also a context manager."""

    def __init__(self, functions: dict[int, Any]) -> None:
        self.functions = functions
        self.id = next(clock)  # not id(self): a dropped handle's id would be given again

    def remove(self) -> None:
        self.functions.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exc: object) -> None:
        self.remove()


from leafgrad.gradcheck import gradcheck, gradgradcheck  # noqa: E402  it stands on this file
