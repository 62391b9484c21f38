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
from math import e as e
from math import inf as inf
from math import nan as nan
from math import pi as pi

from leafgrad import autograd as autograd
from leafgrad import dispatch as dispatch
from leafgrad import linalg as linalg
from leafgrad import random as random
from leafgrad.creation import *
from leafgrad.dtype_info import *
from leafgrad.dtypes import *
from leafgrad.errors import ShapeError as ShapeError
from leafgrad.function import Function as Function
from leafgrad.likeness import *
from leafgrad.linalg.older import *
from leafgrad.lookup import BACK_FUNCS as BACK_FUNCS
from leafgrad.lookup import wrap_forward_fn as wrap_forward_fn
from leafgrad.modes import *
from leafgrad.node import Leaf as Leaf
from leafgrad.node import Node as Node
from leafgrad.node import Out as Out
from leafgrad.ops.addproducts import *
from leafgrad.ops.arithmetic import *
from leafgrad.ops.assignment import *
from leafgrad.ops.bessel import *
from leafgrad.ops.bitwise import *
from leafgrad.ops.broadcasting import *
from leafgrad.ops.comparison import *
from leafgrad.ops.complex import *
from leafgrad.ops.conversion import *
from leafgrad.ops.copies import *
from leafgrad.ops.cumulative import *
from leafgrad.ops.diagonals import *
from leafgrad.ops.differences import *
from leafgrad.ops.distances import *
from leafgrad.ops.einsum import *
from leafgrad.ops.error_function import *
from leafgrad.ops.exponential import *
from leafgrad.ops.extremes import *
from leafgrad.ops.floats import *
from leafgrad.ops.gamma import *
from leafgrad.ops.grids import *
from leafgrad.ops.histograms import *
from leafgrad.ops.history import *
from leafgrad.ops.incomplete_gamma import *
from leafgrad.ops.joining import *
from leafgrad.ops.masking import *
from leafgrad.ops.norms import *
from leafgrad.ops.order_statistics import *
from leafgrad.ops.padding import *
from leafgrad.ops.permuting import *
from leafgrad.ops.positions import *
from leafgrad.ops.powers import *
from leafgrad.ops.products import *
from leafgrad.ops.reductions import *
from leafgrad.ops.replacing import *
from leafgrad.ops.rounding import *
from leafgrad.ops.rows import *
from leafgrad.ops.scatter import *
from leafgrad.ops.sampling import *
from leafgrad.ops.selection import *
from leafgrad.ops.shape import *
from leafgrad.ops.signs import *
from leafgrad.ops.slicing import *
from leafgrad.ops.softmax import *
from leafgrad.ops.sorting import *
from leafgrad.ops.spectrogram import *
from leafgrad.ops.splitting import *
from leafgrad.ops.statistics import *
from leafgrad.ops.strides import *
from leafgrad.ops.triangles import *
from leafgrad.ops.trigonometric import *
from leafgrad.ops.unique import *
from leafgrad.options import *
from leafgrad.random import *
from leafgrad.recording import elementwise as elementwise
from leafgrad.recording import like as like
from leafgrad.recording import operand as operand
from leafgrad.recording import operands as operands
from leafgrad.recording import record as record
from leafgrad.sequences import *
from leafgrad.tensor import Tensor as Tensor
from leafgrad.windows import *
from leafgrad.version import __version__ as __version__

# isort: split
from leafgrad import fft as fft
from leafgrad import func as func
from leafgrad import graph as graph
from leafgrad import masked as masked
from leafgrad import nn as nn
from leafgrad import optim as optim
from leafgrad.layers import *
from leafgrad import signal as signal
from leafgrad import special as special
from leafgrad.io import load as load
from leafgrad.io import save as save
from leafgrad.nn.functional import alpha_dropout as alpha_dropout
from leafgrad.nn.functional import celu as celu
from leafgrad.nn.functional import celu_ as celu_
from leafgrad.nn.functional import cosine_similarity as cosine_similarity
from leafgrad.nn.functional import dropout as dropout
from leafgrad.nn.functional import feature_alpha_dropout as feature_alpha_dropout
from leafgrad.nn.functional import hardshrink as hardshrink
from leafgrad.nn.functional import pairwise_distance as pairwise_distance
from leafgrad.nn.functional import prelu as prelu
from leafgrad.nn.functional import relu_ as relu_
from leafgrad.nn.functional import rrelu as rrelu
from leafgrad.nn.functional import rrelu_ as rrelu_
from leafgrad.nn.functional import selu as selu
from leafgrad.nn.functional import selu_ as selu_
from leafgrad.nn.functional import threshold_ as threshold_

# log(0), 1 / 0 and their like are inf or nan without a word, as in PyTorch; `autograd.detect_anomaly`
# finds where a nan arose. NumPy's own functions go on warning wherever else they are called.
_warnings.filterwarnings("ignore", category=RuntimeWarning, module="leafgrad")
