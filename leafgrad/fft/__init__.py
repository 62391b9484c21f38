"""`leafgrad.fft`: discrete Fourier transforms with gradients, under PyTorch's names.

>>> import leafgrad
>>> x = leafgrad.tensor([1.0, 2.0, 3.0], requires_grad=True)
>>> leafgrad.fft.rfft(x).abs().square().sum().backward()
>>> x.grad
tensor([ 9., 12., 15.])
"""

from leafgrad.fft.frequencies import *
from leafgrad.fft.half import *
from leafgrad.fft.whole import *
