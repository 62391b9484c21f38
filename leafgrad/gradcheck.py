"""`gradcheck` and `gradgradcheck`: is a gradient right? Central differences know.

A function of n numbers with m results has a Jacobian J of m rows and n columns. Backward computes
uᵀJ for a weight u of the results; (f(x + εv) - f(x - εv)) / 2ε is J v for a direction v of the
inputs. For random u and v the two must agree on uᵀJ v. Where the Jacobian is small, and where they
disagree, it is computed element by element both ways, so that the report can name the worst. A
complex number counts as two real ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from leafgrad.autograd import grad
from leafgrad.backward import Walk
from leafgrad.modes import enable_grad
from leafgrad.node import Array, Snapshot
from leafgrad.recording import conjugate
from leafgrad.tensor import Tensor, wrap

DIRECTIONS = 4
SMALL = 512  # so many inputs and results have a Jacobian that is always computed
LARGE = 2**24  # a Jacobian of more elements is not computed for the sake of a report
DOUBLE = (np.float64, np.complex128)
AVERAGING = 100  # one wrong element is diluted in the slope along a direction, so less is allowed there


class GradcheckError(RuntimeError):
    """A gradient is wrong, or is not the same each time it is computed."""


def gradcheck(
    fn: Callable[..., Any],
    inputs: Any,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
) -> bool:
    """Whether the gradients of `fn(*inputs)` agree with central differences of step `eps`.

    `inputs` is a tensor or a tuple; those that require grad are checked, and must be float64 or
    complex128. The backward must also give the same twice (up to `nondet_tol`), gradients of the right shape and
    dtype, and the same with `create_graph=True`. A GradcheckError says which element is wrong, or
    with `raise_exception=False` the answer is False. A ValueError if nothing can be checked.

    >>> import leafgrad
    >>> x = leafgrad.tensor([0.5, 2.0], dtype=leafgrad.float64, requires_grad=True)
    >>> gradcheck(lambda x: (x * x).sin(), x)
    True
    """
    inputs = _as_tuple(inputs)
    try:
        _Check(fn, inputs, eps, atol, rtol).run(nondet_tol)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def gradgradcheck(
    fn: Callable[..., Any],
    inputs: Any,
    grad_outputs: Any = None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
) -> bool:
    """Whether the second derivatives of `fn(*inputs)` agree with differences of the first.

    `grad_outputs`, by default random, are the gradients given for the outputs; second derivatives
    with respect to those are checked too. Everything else is as for `gradcheck`.

    >>> import leafgrad
    >>> x = leafgrad.tensor([0.5, 2.0], dtype=leafgrad.float64, requires_grad=True)
    >>> gradgradcheck(lambda x: x**3, x)
    True
    """
    inputs = _as_tuple(inputs)
    checked = _checked_inputs(inputs)
    outputs = _outputs_of(fn, inputs)
    if grad_outputs is None:
        random = np.random.default_rng(1)
        weights = tuple(Tensor(_normal(random, y), requires_grad=True) for y in outputs)
    else:
        weights = _as_tuple(grad_outputs)

    def first_derivatives(*values: Any) -> tuple[Any, ...]:
        outputs = _outputs_of(fn, values[: len(inputs)])
        used = [(y, u) for y, u in zip(outputs, values[len(inputs) :], strict=True) if y.requires_grad]
        if not used:
            return tuple(x * 0 for x in checked)
        ys, us = zip(*used, strict=True)
        return grad(ys, checked, us, create_graph=True, materialize_grads=True)

    return gradcheck(
        first_derivatives,
        (*inputs, *weights),
        eps=eps,
        atol=atol,
        rtol=rtol,
        raise_exception=raise_exception,
        nondet_tol=nondet_tol,
    )


class _Check:
    """One run of `gradcheck`: a function, its inputs, and what counts as agreement."""

    def __init__(self, fn: Callable[..., Any], inputs: tuple[Any, ...], eps: float, atol: float, rtol: float) -> None:
        self.fn = fn
        self.inputs = inputs
        self.eps = eps
        self.atol = atol
        self.rtol = rtol
        self.checked = _checked_inputs(inputs)
        self.origin = [x.data.copy() for x in self.checked]
        self.outputs = self.values()

    def run(self, nondet_tol: float) -> None:
        random = np.random.default_rng(0)
        n, m = sum(_count(x) for x in self.origin), sum(_count(y) for y in self.outputs)
        for _ in range(DIRECTIONS):
            u = [_normal(random, y) for y in self.outputs]
            v = [_normal(random, x) for x in self.origin]
            analytic = self.backward(u)
            self.check_repeated(analytic, u, nondet_tol)
            self.check_differentiable(analytic, u)
            slope, expected = _inner(analytic, v), _inner(u, self.differences(v))
            if self.agree(slope, expected, self.rtol / AVERAGING):
                continue
            if n * m <= LARGE:
                self.check_elements()
            if n * m > LARGE or not self.agree(slope, expected, self.rtol):
                raise GradcheckError(
                    f"gradcheck: along a random direction of the inputs, backward has the slope {slope:.8g} and "
                    f"central differences {expected:.8g}; the gradient is wrong, or not linear in the one it is given"
                )
        if n + m <= SMALL:
            self.check_elements()

    # What is compared

    def backward(self, weights: Sequence[Array], create_graph: bool = False) -> list[Array]:
        """The gradient of each checked input, by backward, for these weights of the outputs."""
        roots = [
            (y.grad_fn or y, conjugate(wrap(u.copy()) if create_graph else u.copy()))
            for y, u in zip(self.outputs, weights, strict=True)
            if y.requires_grad
        ]
        walk = _StrictWalk(True, create_graph, [x.grad_fn or x for x in self.checked])
        try:
            walk.run(roots)
        except GradcheckError:
            raise
        except (RuntimeError, TypeError) as error:
            raise GradcheckError(f"gradcheck: backward failed: {error}") from error
        arrived = [walk.arrived.get(x.grad_fn or x) for x in self.checked]
        return [
            np.zeros(x.shape, x.dtype)
            if g is None
            else np.array(conjugate(g.detach().data if isinstance(g, Tensor) else g))
            for g, x in zip(arrived, self.checked, strict=True)
        ]

    def differences(self, direction: Sequence[Array]) -> list[Array]:
        """The slope of each output along a direction of the inputs, by central differences."""
        with _moved(self.checked, [x + self.eps * d for x, d in zip(self.origin, direction, strict=True)]):
            above = [y.data.copy() for y in self.values()]
        with _moved(self.checked, [x - self.eps * d for x, d in zip(self.origin, direction, strict=True)]):
            below = [y.data.copy() for y in self.values()]
        return [(b - a) / (2 * self.eps) for b, a in zip(above, below, strict=True)]

    def values(self) -> tuple[Tensor, ...]:
        return _outputs_of(self.fn, self.inputs)

    # What is demanded

    def agree(self, analytic: Array, numerical: Array, rtol: float) -> Any:
        return np.abs(analytic - numerical) <= self.atol + rtol * np.abs(numerical)

    def check_repeated(self, first: list[Array], weights: list[Array], tolerance: float) -> None:
        for i, (a, b) in enumerate(zip(first, self.backward(weights), strict=True)):
            if not np.all((np.abs(a - b) <= tolerance) | (np.isnan(a) & np.isnan(b))):
                raise GradcheckError(
                    f"gradcheck: backward is not deterministic: run twice, it gave gradients of input {i} that differ "
                    f"by {np.nanmax(np.abs(a - b)):.3g}"
                )

    def check_differentiable(self, plain: list[Array], weights: list[Array]) -> None:
        for i, (a, b) in enumerate(zip(plain, self.backward(weights, create_graph=True), strict=True)):
            if not np.allclose(a, b, rtol=1e-7, atol=1e-10, equal_nan=True):
                raise GradcheckError(
                    f"gradcheck: the gradient of input {i} differs with create_graph=True, by up to "
                    f"{np.nanmax(np.abs(a - b)):.3g}"
                )

    def check_elements(self) -> None:
        """Compare the Jacobian element by element; the error names the worst."""
        analytic = np.array([_flat(self.backward(row)) for row in _units(self.outputs)])
        numerical = np.array([_flat(self.differences(column)) for column in _units(self.origin)]).T
        analytic = analytic.reshape(numerical.shape)
        wrong = ~self.agree(analytic, numerical, self.rtol)
        if not wrong.any():
            return
        excess = np.abs(analytic - numerical) - self.rtol * np.abs(numerical)
        worst = np.where(wrong, np.where(np.isnan(excess), np.inf, excess), -np.inf)
        row, column = np.unravel_index(np.argmax(worst), worst.shape)
        of_output, of_input = _place(self.outputs, int(row)), _place(self.checked, int(column))
        raise GradcheckError(
            f"gradcheck: {np.count_nonzero(wrong)} of the Jacobian's {wrong.size} elements are wrong, the worst at "
            f"output {of_output[0]}{of_output[1]}, input {self.position(of_input[0])}{of_input[1]}: "
            f"analytic {analytic[row, column]:.8g}, numerical {numerical[row, column]:.8g}"
        )

    def position(self, checked: int) -> int:
        """The place among all inputs of one of those that are checked."""
        return next(i for i, x in enumerate(self.inputs) if x is self.checked[checked])


class _StrictWalk(Walk):
    """A backward that does not forgive a gradient function that returns another dtype."""

    def _fitted(self, parent: Any, new: Any) -> Any:
        if getattr(new, "dtype", parent.dtype) != parent.dtype:
            raise GradcheckError(
                f"gradcheck: {self.node.op}: its gradient has dtype {new.dtype} for an operand of dtype {parent.dtype}"
            )
        return super()._fitted(parent, new)


@contextmanager
def _moved(tensors: Sequence[Tensor], values: Sequence[Array]) -> Iterator[None]:
    """Other values for these tensors for a while. They stay themselves: `fn` may hold them too."""
    before = [x._now for x in tensors]
    for x, value in zip(tensors, values, strict=True):
        x._now = Snapshot(value, x._now.source)
    try:
        yield
    finally:
        for x, now in zip(tensors, before, strict=True):
            x._now = now


def _as_tuple(inputs: Any) -> tuple[Any, ...]:
    return tuple(inputs) if isinstance(inputs, tuple | list) else (inputs,)


def _checked_inputs(inputs: tuple[Any, ...]) -> list[Tensor]:
    checked: list[Tensor] = []
    for i, x in enumerate(inputs):
        if isinstance(x, Tensor) and x.requires_grad and not any(x is other for other in checked):
            if x.dtype not in DOUBLE:
                raise ValueError(
                    f"gradcheck: input {i} has dtype {x.dtype}, in which differences are too coarse; "
                    "make it float64 with .double(), or complex128 with .cdouble()"
                )
            checked.append(x)
    if not checked:
        raise ValueError("gradcheck: no input requires grad; set requires_grad=True on those to check")
    return checked


def _outputs_of(fn: Callable[..., Any], inputs: tuple[Any, ...]) -> tuple[Tensor, ...]:
    """The floating-point and complex results of the function, whatever the grad mode."""
    with enable_grad():
        results = _as_tuple(fn(*inputs))
    for i, y in enumerate(results):
        if not isinstance(y, Tensor):
            raise TypeError(f"gradcheck: the function must return tensors, result {i} is of type {type(y).__name__}")
    outputs = tuple(y for y in results if y.dtype.kind in "fc")
    for i, y in enumerate(outputs):
        if y.dtype not in DOUBLE:
            raise ValueError(f"gradcheck: output {i} has dtype {y.dtype}, in which differences are too coarse")
    if not outputs:
        raise ValueError("gradcheck: the function has no floating-point result to differentiate")
    return outputs


def _inner(a: Sequence[Array], b: Sequence[Array]) -> Any:
    return sum(np.vdot(x, y).real for x, y in zip(a, b, strict=True))


def _normal(random: np.random.Generator, like: Any) -> Array:
    """Normal random numbers in this shape and dtype."""
    values = random.normal(size=like.shape)
    return values + 1j * random.normal(size=like.shape) if like.dtype.kind == "c" else values


def _count(x: Any) -> int:
    """How many real numbers it takes."""
    return int(np.prod(x.shape)) * (2 if x.dtype.kind == "c" else 1)


def _flat(arrays: Sequence[Array]) -> Array:
    """All their real numbers, in a row."""
    return np.concatenate([array.ravel().view(np.float64) for array in arrays])


def _units(likes: Sequence[Any]) -> Iterator[list[Array]]:
    """Every set of arrays of these shapes and dtypes in which one real number is 1 and all others 0."""
    arrays = [np.zeros(x.shape, x.dtype) for x in likes]
    for array in arrays:
        numbers = array.reshape(-1).view(np.float64)
        for i in range(numbers.size):
            numbers[i] = 1
            yield arrays
            numbers[i] = 0


def _place(tensors: Sequence[Tensor], i: int) -> tuple[int, list[int]]:
    """Which tensor, and which index in it, the i-th real number of them all belongs to."""
    for number, x in enumerate(tensors):
        count = _count(x)
        if i < count:
            return number, [int(n) for n in np.unravel_index(i * x.numel() // count, x.shape)]
        i -= count
    raise IndexError(i)
