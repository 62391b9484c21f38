"""Makers for the libraries that differentiate a function written with NumPy's: JAX, HIPS autograd, MyGrad.

One `loss(xp, params)` serves all three, `xp` being each one's version of NumPy. JAX compiles the whole
step, update included, as its users would.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tests.benchmarks.registry import Maker, Step

Params = list[Any]
Loss = Callable[[Any, Params], Any]
#: (xp, params, state, gradients) -> (params, state)
Update = Callable[[Any, Params, Any, Params], tuple[Params, Any]]


def transforming(
    loss: Loss, start: Callable[[], Sequence[Any]], update: Update | None = None, state: Any = None
) -> dict[str, Maker]:
    """Makers for the three: of steps that update the parameters, or else return their gradients too."""
    return {
        "jax": lambda: _jax(loss, list(start()), update, state),
        "autograd": lambda: _autograd(loss, list(start()), update, state),
        "mygrad": lambda: _mygrad(loss, list(start()), update, state),
    }


def sgd(lr: float) -> Update:
    """Plain gradient descent."""
    return lambda xp, params, state, grads: ([p - lr * g for p, g in zip(params, grads, strict=True)], state)


def cross_entropy(xp: Any, scores: Any, onehot: Any) -> Any:
    """The mean of -log softmax(scores) at the classes that `onehot` marks."""
    centred = scores - xp.max(scores, axis=1, keepdims=True)
    logs = xp.log(xp.sum(xp.exp(centred), axis=1))
    return xp.mean(logs - xp.sum(centred * onehot, axis=1))


def sigmoid(xp: Any, x: Any) -> Any:
    """`1 / (1 + e^-x)`, as a tanh."""
    return xp.tanh(x * 0.5) * 0.5 + 0.5


def _jax(loss: Loss, params: Params, update: Update | None, state: Any) -> Step:
    import jax
    import jax.numpy as jnp

    def both(params: Params, state: Any) -> Any:
        value, grads = jax.value_and_grad(lambda p: loss(jnp, p))(params)
        if update is None:
            return value, grads
        return value, update(jnp, params, state, grads)

    compiled = jax.jit(both)
    held = [[jnp.asarray(p) for p in params], state]

    def step() -> Sequence[Any]:
        value, rest = jax.block_until_ready(compiled(*held))
        if update is None:
            return value, *rest
        held[:] = rest
        return (value,)

    return step


def _autograd(loss: Loss, params: Params, update: Update | None, state: Any) -> Step:
    import autograd
    import autograd.numpy as anp

    gradient = autograd.value_and_grad(lambda p: loss(anp, p))
    held = [params, state]

    def step() -> Sequence[Any]:
        value, grads = gradient(held[0])
        if update is None:
            return value, *grads
        held[:] = update(anp, *held, grads)
        return (value,)

    return step


def _mygrad(loss: Loss, params: Params, update: Update | None, state: Any) -> Step:
    import mygrad
    import numpy as np

    held = [params, state]

    def step() -> Sequence[Any]:
        tensors = [mygrad.tensor(p, copy=False) for p in held[0]]
        value = loss(mygrad, tensors)
        value.backward()
        grads = [t.grad for t in tensors]
        if update is None:
            return value.data, *grads
        held[:] = update(np, *held, grads)
        return (value.data,)

    return step
