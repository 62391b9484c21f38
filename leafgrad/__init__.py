"""leafgrad: PyTorch's habits at NumPy's weight.

A reverse-mode autograd in which every derivative is a closure of plain NumPy.

>>> import leafgrad
>>> x = leafgrad.tensor([1.0, 2.0, 3.0], requires_grad=True)
>>> y = (x * x).sum()
>>> y.backward()
>>> x.grad
tensor([2., 4., 6.])
"""

from leafgrad import autograd as autograd
from leafgrad import dispatch as dispatch
from leafgrad import random as random
from leafgrad.creation import (
    arange,
    as_tensor,
    empty,
    empty_like,
    eye,
    from_numpy,
    full,
    full_like,
    linspace,
    ones,
    ones_like,
    tensor,
    zeros,
    zeros_like,
)
from leafgrad.dtypes import (
    bool,
    double,
    float,
    float16,
    float32,
    float64,
    get_default_dtype,
    half,
    int,
    int8,
    int16,
    int32,
    int64,
    long,
    result_type,
    set_default_dtype,
    short,
    uint8,
)
from leafgrad.modes import enable_grad, inference_mode, is_grad_enabled, no_grad, set_grad_enabled
from leafgrad.node import Leaf, Node, Out
from leafgrad.ops.arithmetic import (
    abs,
    add,
    ceil,
    div,
    floor,
    floor_divide,
    mul,
    neg,
    positive,
    pow,
    reciprocal,
    remainder,
    round,
    sign,
    sqrt,
    square,
    sub,
)
from leafgrad.ops.comparison import (
    all,
    allclose,
    any,
    argmax,
    argmin,
    bitwise_and,
    bitwise_not,
    bitwise_or,
    bitwise_xor,
    eq,
    equal,
    ge,
    gt,
    isclose,
    isfinite,
    isinf,
    isnan,
    le,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    lt,
    ne,
)
from leafgrad.ops.conversion import clone, detach, is_floating_point, numel
from leafgrad.ops.einsum import einsum
from leafgrad.ops.exponential import cos, exp, expm1, log, log1p, sigmoid, sin, tanh
from leafgrad.ops.joining import cat, chunk, concat, concatenate, pad, split, stack, unbind
from leafgrad.ops.products import dot, matmul, outer
from leafgrad.ops.reductions import cumsum, logsumexp, mean, norm, prod, std, sum, var
from leafgrad.ops.selection import (
    amax,
    amin,
    clamp,
    leaky_relu,
    masked_fill,
    max,
    maximum,
    min,
    minimum,
    relu,
    threshold,
    where,
)
from leafgrad.ops.shape import (
    broadcast_to,
    flatten,
    flip,
    permute,
    ravel,
    reshape,
    roll,
    squeeze,
    swapaxes,
    t,
    tile,
    transpose,
    unsqueeze,
)
from leafgrad.ops.softmax import log_softmax, softmax
from leafgrad.random import Generator, manual_seed, rand, rand_like, randint, randn, randn_like, randperm
from leafgrad.recording import elementwise, like, operand, operands, record
from leafgrad.tensor import Tensor

from leafgrad.version import __version__
