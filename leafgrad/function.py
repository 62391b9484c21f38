"""`Function`: an operation with a backward of its own, written on tensors as in PyTorch.

The second of the three doors for a new op (`record` and `elementwise` are the first, `lookup` the
third), and a thin layer: `apply` runs `forward` without recording and hands its results to
`record_joint`, with a gradient function that calls `backward`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from leafgrad.errors import ShapeError
from leafgrad.inplace import adopt, write
from leafgrad.joint import record_joint
from leafgrad.modes import mode, no_grad
from leafgrad.node import Array, Out, Snapshot
from leafgrad.recording import conjugate, like, record, unbroadcast
from leafgrad.tensor import Tensor, wrap

_A_TENSOR = wrap(np.zeros(()))  # `like(x, _A_TENSOR)` is x as a tensor


class FunctionCtx:
    """What `forward` leaves for `backward`: tensors by `save_for_backward`, all else as attributes."""

    needs_input_grad: tuple[bool, ...]

    def __init__(self, op: str, inputs: Sequence[Any]) -> None:
        self._op = op
        # of the inputs only where they came from and their shapes: their memory is not kept alive
        self._parents = [Snapshot(None, x._current().source) if isinstance(x, Tensor) else None for x in inputs]
        self._shapes = [x.shape if isinstance(x, Tensor) else None for x in inputs]
        self._saved: tuple[Any, ...] = ()
        self._dirty: tuple[Tensor, ...] = ()
        self._non_differentiable: tuple[Tensor, ...] = ()
        self._materialize = True
        self.needs_input_grad = tuple(x is not None and x.source is not None for x in self._parents)

    def save_for_backward(self, *tensors: Tensor | None) -> None:
        """Keep inputs, outputs or intermediate tensors for `backward`; a TypeError for anything else.

        An output kept as an attribute instead would hold the graph that holds it: a reference cycle.
        """
        for i, x in enumerate(tensors):
            if x is not None and not isinstance(x, Tensor):
                raise TypeError(
                    f"{self._op}: save_for_backward takes tensors, but argument {i} is of type {type(x).__name__}; "
                    "keep it as an attribute of ctx"
                )
        self._saved = tensors

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What was saved, with its history; a RuntimeError if one has been changed in place since."""
        return tuple(like(x, _A_TENSOR) for x in self._saved)

    def mark_dirty(self, *tensors: Tensor) -> None:
        """Declare the inputs that `forward` has changed in place; it must return them."""
        self._dirty = tensors

    def mark_non_differentiable(self, *tensors: Tensor) -> None:
        """Declare the outputs that carry no gradient; those of integers and bools never do."""
        self._non_differentiable = tensors

    def set_materialize_grads(self, value: bool) -> None:
        """Whether `backward` is given zeros (the default) or None for an output without a gradient."""
        self._materialize = value


class Function:
    """The base class of operations that bring their own backward; subclass it, then call `apply`.

    `forward(ctx, *args)` computes on tensors, without recording, and returns a tensor or a tuple;
    `backward(ctx, *grads)` is given one gradient for each output and returns one for each argument
    of `forward`, None where there is none. Written with differentiable operations, it can itself be
    differentiated. `forward(*args)` without a ctx and `setup_context(ctx, inputs, output)` are the
    same in two steps. The graph shows the op under the name of the class.

    >>> import leafgrad
    >>> class Cube(Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(x)
    ...         return x * x * x
    ...     @staticmethod
    ...     def backward(ctx, g):
    ...         (x,) = ctx.saved_tensors
    ...         return g * 3 * x * x
    >>> x = leafgrad.tensor([1.0, 2.0], requires_grad=True)
    >>> Cube.apply(x).sum().backward()
    >>> x.grad
    tensor([ 3., 12.])
    """

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """The result, or a tuple of results, of the operation."""
        raise NotImplementedError("Function: define a static method forward(ctx, *args) on the subclass")

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        """Keep on `ctx` what backward needs, where `forward` takes no ctx."""
        raise NotImplementedError("Function: setup_context is not defined")

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        """The gradient of each argument of `forward`, from the gradient of each of its results."""
        raise NotImplementedError(f"{ctx._op}: define a static method backward(ctx, *grads) to differentiate it")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        name = type(self).__name__
        raise TypeError(f"{name}: a Function is not called as an instance; use {name}.apply(...)")

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Run `forward`, and record it so that backward will run `backward`.

        A TypeError for a result that is an array or a container of tensors, and for a keyword
        argument that requires grad.
        """
        in_two_steps = cls.setup_context is not Function.setup_context
        if in_two_steps:
            args, kwargs = _positional(cls.forward, args, kwargs), {}
        for keyword, x in kwargs.items():
            if isinstance(x, Tensor) and x.requires_grad:
                raise TypeError(
                    f"{cls.__name__}: {keyword} requires grad, so it must be passed by position: "
                    "backward returns gradients for positional arguments only"
                )
        ctx = FunctionCtx(cls.__name__, args)
        with no_grad():
            if in_two_steps:
                result = cls.forward(*args)
                cls.setup_context(ctx, args, result)
            else:
                result = cls.forward(ctx, *args, **kwargs)
        several = isinstance(result, tuple | list)
        results = _recorded(cls, ctx, args, list(result) if several else [result])
        return tuple(results) if several else results[0]


def once_differentiable(backward: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates a `backward` that is not written with differentiable operations.

    Its gradients are right; to differentiate them is a RuntimeError.

    >>> import leafgrad
    >>> class Double(Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         return x * 2
    ...     @staticmethod
    ...     @once_differentiable
    ...     def backward(ctx, g):
    ...         return Tensor(g.numpy() * 2)
    >>> x = leafgrad.tensor(3.0, requires_grad=True)
    >>> leafgrad.autograd.grad(Double.apply(x), x)
    (tensor(2.),)
    """

    @wraps(backward)
    def once(ctx: Any, *grads: Any) -> Any:
        with no_grad():
            returned = backward(ctx, *(g if g is None else g.detach() for g in grads))
        if not mode.enabled:
            return returned

        def refuse(_: Any) -> Any:
            raise RuntimeError(
                f"{ctx._op}: its backward is once_differentiable, so it has no second derivative; "
                "write it with differentiable operations and without that decorator"
            )

        sources = [(x, refuse) for x in (*ctx._parents, *grads)]
        return tuple(
            record(ctx._op, g.data.copy(), *sources) if isinstance(g, Tensor) else g
            for g in (returned if isinstance(returned, tuple | list) else (returned,))
        )

    return once


def _positional(forward: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
    """All arguments by position, with the defaults filled in: `setup_context` is given them so."""
    from inspect import signature

    bound = signature(forward).bind(*args, **kwargs)
    bound.apply_defaults()
    if bound.kwargs:
        raise TypeError(f"forward: {', '.join(bound.kwargs)} cannot be passed by position, as setup_context needs")
    return bound.args


def _recorded(function: type[Function], ctx: FunctionCtx, args: tuple[Any, ...], results: list[Any]) -> list[Any]:
    """The results of `forward` with their history."""
    returned = {id(y) for y in results}
    if any(id(x) not in returned for x in ctx._dirty):
        raise RuntimeError(f"{ctx._op}: forward must return each input that it passes to mark_dirty")
    outs: dict[int, Out] = {}  # by position among the results: those that carry a gradient
    saved_as: dict[int, Out] = {}  # by identity: the outputs that forward saved
    visible = [x for x in args if isinstance(x, Tensor)]
    is_input = {id(x) for x in visible}
    recording = mode.enabled and any(ctx.needs_input_grad)
    for i, y in enumerate(results):
        if not isinstance(y, Tensor):
            _check_opaque(ctx, i, y)
            continue
        dirty = _is_among(y, ctx._dirty)
        carries = recording and y.dtype.kind in "fc" and not _is_among(y, ctx._non_differentiable)
        if dirty and not carries and recording and y.requires_grad:
            raise RuntimeError(f"{ctx._op}: a tensor that requires grad cannot be both dirty and non-differentiable")
        out = Out(y.data)
        if dirty:
            out.array = y.data.copy()
        elif y._now.source is not None or any(np.may_share_memory(y.data, x.data) for x in visible):
            results[i] = wrap(y.data.copy())
            out = Out(results[i].data)
        else:
            y._view = None
            out.stamp = y.stamp()
        visible.append(results[i])
        if carries:
            outs[i] = out
            if dirty or id(y) not in is_input:
                saved_as[id(y)] = out
    ctx._saved = tuple(saved_as.get(id(x)) or (x if x is None else x._current()) for x in ctx._saved)
    for i, tensor in zip(outs, _joined(function, ctx, results, outs), strict=True):
        if _is_among(results[i], ctx._dirty):
            write(ctx._op, results[i], lambda _, tensor=tensor: tensor)
        else:
            adopt(results[i], results[i].data, tensor.grad_fn)
    ctx._dirty = ctx._non_differentiable = ()
    return results


def _is_among(x: Tensor, tensors: Sequence[Tensor]) -> bool:
    return any(x is each for each in tensors)


def _check_opaque(ctx: FunctionCtx, i: int, y: Any) -> None:
    """Let pass a result that nobody can take for a differentiable one."""
    if isinstance(y, np.ndarray | np.generic | tuple | list | dict | set):
        raise TypeError(
            f"{ctx._op}: forward's result {i} is of type {type(y).__name__}, through which no gradient flows; "
            "return tensors, one by one or in one tuple"
        )


def _joined(function: type[Function], ctx: FunctionCtx, results: list[Any], outs: dict[int, Out]) -> tuple[Tensor, ...]:
    likes = [(y.shape, y.dtype) if isinstance(y, Tensor) else None for y in results]
    places = list(outs)

    def gradients(gs: list[Any]) -> list[Any]:
        differentiable = any(isinstance(g, Tensor) for g in gs)
        received = dict(zip(places, gs, strict=True))
        grads: list[Tensor | None] = []
        for i, kind in enumerate(likes):
            g = received.get(i)
            if g is not None:
                grads.append(_protected(conjugate(g)))
            else:
                grads.append(wrap(np.zeros(*kind)) if kind is not None and ctx._materialize else None)
        fitted = _fitted(ctx, function.backward(ctx, *grads))
        return [g if g is None else conjugate(g if differentiable else g.data) for g in fitted]

    return record_joint(ctx._op, list(outs.values()), ctx._parents, gradients) if outs else ()


def _fitted(ctx: FunctionCtx, returned: Any) -> list[Any]:
    """What backward returned, checked: one gradient, or None, for each input and of its shape."""
    grads = list(returned) if isinstance(returned, tuple | list) else [returned]
    count = len(ctx._parents)
    if len(grads) < count or any(g is not None for g in grads[count:]):
        raise RuntimeError(
            f"{ctx._op}: backward returned {len(grads)} gradients for the {count} inputs of forward; "
            "return one for each, None where there is none"
        )
    fitted: list[Any] = []
    for i, (g, shape, needed) in enumerate(zip(grads, ctx._shapes, ctx.needs_input_grad, strict=False)):
        if g is not None and shape is None:
            raise RuntimeError(
                f"{ctx._op}: backward returned a gradient for input {i}, which is not a tensor; return None for it"
            )
        if g is not None and not isinstance(g, Tensor):
            raise RuntimeError(f"{ctx._op}: backward must return tensors or None, got {type(g).__name__} for input {i}")
        fitted.append(_in_shape(ctx, i, g, shape) if needed and g is not None else None)
    return fitted


def _in_shape(ctx: FunctionCtx, i: int, g: Tensor, shape: Any) -> Any:
    """`g` summed to the shape of the input, where that is one that broadcasts to the shape of `g`."""
    if g.shape == shape:
        return g
    stretched = g.ndim >= len(shape) and all(n in (1, m) for n, m in zip(shape[::-1], g.shape[::-1], strict=False))
    if not stretched:
        raise ShapeError(f"{ctx._op}: backward returned a gradient of shape {g.shape} for input {i} of shape {shape}")
    return unbroadcast(g, shape)


def _protected(g: Any) -> Tensor:
    """A gradient as `backward` may see it: to read, for other operations may share its memory."""
    if not isinstance(g, Tensor):
        return wrap(read_only(g))
    return wrap(read_only(g._now.array), g._now.source, g._now.stamp)


def read_only(array: Array) -> Array:
    """A view of the array through which nothing can be written."""
    if isinstance(array, np.ndarray):
        array = array.view()
        array.flags.writeable = False
    return array
