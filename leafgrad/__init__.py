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
from leafgrad.creation import *
from leafgrad.dtypes import *
from leafgrad.modes import *
from leafgrad.node import Leaf as Leaf, Node as Node, Out as Out
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
from leafgrad.random import *
from leafgrad.recording import elementwise as elementwise, like as like, operand as operand, operands as operands, record as record
from leafgrad.tensor import Tensor as Tensor
from leafgrad.version import __version__ as __version__
