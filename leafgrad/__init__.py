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
from importlib import import_module as _import_module
from math import e as e
from math import inf as inf
from math import nan as nan
from math import pi as pi
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from numpy import dtype as dtype
from numpy import newaxis as newaxis

from leafgrad import autograd as autograd
from leafgrad import dispatch as dispatch
from leafgrad import linalg as linalg
from leafgrad import numpys as numpys
from leafgrad import random as random
from leafgrad.anomaly import *
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
from leafgrad.ops.rectifiers import *
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
from leafgrad.operands import operand as operand
from leafgrad.operands import operands as operands
from leafgrad.recording import record as record
from leafgrad.sequences import *
from leafgrad.tensor import Tensor as Tensor
from leafgrad.version import __version__ as __version__

# isort: split
from leafgrad.io import load as load
from leafgrad.io import save as save

if _TYPE_CHECKING:
    from leafgrad import cuda as cuda
    from leafgrad import data as data
    from leafgrad import fft as fft
    from leafgrad import func as func
    from leafgrad import graph as graph
    from leafgrad import masked as masked
    from leafgrad import nn as nn
    from leafgrad import optim as optim
    from leafgrad import profiler as profiler
    from leafgrad import signal as signal
    from leafgrad import special as special
    from leafgrad.func import vmap as vmap
    from leafgrad.layers import *
    from leafgrad.legacy import *
    from leafgrad.printing import *
    from leafgrad.settings import *
    from leafgrad.windows import *

#: Imported when first used, for not every program needs them, and their files take as long as all others.
_NAMESPACES = ("cuda", "data", "fft", "func", "graph", "masked", "nn", "optim", "profiler", "signal", "special")
#: What these define is found in `leafgrad` itself.
_FURTHER = ("layers", "legacy", "printing", "settings", "windows", "func.mapping")


def __getattr__(name: str) -> _Any:
    if name in _NAMESPACES:
        return _import_module(f"leafgrad.{name}")
    if name.endswith("_") and name[:-1] in globals() and hasattr(Tensor, name):
        globals()[name] = value = getattr(Tensor, name)  # `leafgrad.sqrt_(t)` is `t.sqrt_()`
        return value
    if not name.startswith("_"):
        for module in _FURTHER:
            further = _import_module(f"leafgrad.{module}")
            if name in further.__all__:
                globals()[name] = value = getattr(further, name)
                return value
    raise AttributeError(f"module 'leafgrad' has no attribute {name!r}")


def __dir__() -> list[str]:
    further = [name for module in _FURTHER for name in _import_module(f"leafgrad.{module}").__all__]
    in_place = [f"{name}_" for name in globals() if hasattr(Tensor, f"{name}_")]
    return sorted({*globals(), *_NAMESPACES, *further, *in_place})


# log(0), 1 / 0 and their like are inf or nan without a word, as in PyTorch; `autograd.detect_anomaly`
# finds where a nan arose. NumPy's own functions go on warning wherever else they are called.
_warnings.filterwarnings("ignore", category=RuntimeWarning, module="leafgrad")
