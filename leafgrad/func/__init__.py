"""Functions that differentiate functions: `grad`, `vjp`, `jvp`, Jacobians, Hessians; and `vmap`.

The names and arguments are those of `torch.func`. What they differentiate is an ordinary function of
tensors, or of nested tuples, lists and dicts of tensors; the result is another such function, so they
nest: `grad(grad(f))` is the second derivative.

>>> from leafgrad.func import grad
>>> grad(grad(lambda x: x**3))(2.0)
tensor(12.)
"""

from leafgrad.func.calling import functional_call, stack_module_state
from leafgrad.func.derivatives import grad, grad_and_value, jvp, linearize, value_and_grad, vjp
from leafgrad.func.jacobians import hessian, hvp, jacfwd, jacrev
from leafgrad.func.mapping import vmap

__all__ = [
    "functional_call",
    "grad",
    "grad_and_value",
    "hessian",
    "hvp",
    "jacfwd",
    "jacrev",
    "jvp",
    "linearize",
    "stack_module_state",
    "value_and_grad",
    "vjp",
    "vmap",
]
