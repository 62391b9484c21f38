"""leafgrad: PyTorch's habits at NumPy's weight.

A reverse-mode autograd in which every derivative is a closure of plain NumPy.

>>> import leafgrad
>>> x = leafgrad.tensor([1.0, 2.0, 3.0], requires_grad=True)
>>> y = (x * x).sum()
>>> y.backward()
>>> x.grad
tensor([2., 4., 6.])
"""

import warnings as _warnings

from leafgrad import autograd as autograd
from leafgrad import dispatch as dispatch
from leafgrad import random as random
from leafgrad.creation import *
from leafgrad.dtypes import *
from leafgrad.errors import ShapeError as ShapeError
from leafgrad.function import Function as Function
from leafgrad.lookup import BACK_FUNCS as BACK_FUNCS
from leafgrad.lookup import wrap_forward_fn as wrap_forward_fn
from leafgrad.modes import *
from leafgrad.node import Leaf as Leaf
from leafgrad.node import Node as Node
from leafgrad.node import Out as Out
from leafgrad.ops.arithmetic import *
from leafgrad.ops.comparison import *
from leafgrad.ops.conversion import *
from leafgrad.ops.einsum import *
from leafgrad.ops.exponential import *
from leafgrad.ops.joining import *
from leafgrad.ops.products import *
from leafgrad.ops.reductions import *
from leafgrad.ops.selection import *
from leafgrad.ops.shape import *
from leafgrad.ops.softmax import *
from leafgrad.ops.special import *
from leafgrad.random import *
from leafgrad.recording import elementwise as elementwise
from leafgrad.recording import like as like
from leafgrad.recording import operand as operand
from leafgrad.recording import operands as operands
from leafgrad.recording import record as record
from leafgrad.tensor import Tensor as Tensor
from leafgrad.version import __version__ as __version__

# isort: split
from leafgrad import func as func
from leafgrad import graph as graph
from leafgrad import nn as nn
from leafgrad import optim as optim
from leafgrad.io import load as load
from leafgrad.io import save as save

# log(0), 1 / 0 and their like are inf or nan without a word, as in PyTorch; `autograd.detect_anomaly`
# finds where a nan arose. NumPy's own functions go on warning wherever else they are called.
_warnings.filterwarnings("ignore", category=RuntimeWarning, module="leafgrad")
