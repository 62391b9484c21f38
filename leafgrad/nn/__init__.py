"""Layers, models and losses, with PyTorch's names and semantics."""

from leafgrad.nn import functional as functional
from leafgrad.nn import init as init
from leafgrad.nn import utils as utils
from leafgrad.nn.activations import (
    ELU,
    GELU,
    LeakyReLU,
    LogSoftmax,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from leafgrad.nn.containers import ModuleDict, ModuleList, ParameterDict, ParameterList, Sequential
from leafgrad.nn.conv import Conv2d
from leafgrad.nn.dropout import Dropout
from leafgrad.nn.embedding import Embedding
from leafgrad.nn.linear import Flatten, Identity, Linear, Unflatten
from leafgrad.nn.losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HuberLoss,
    L1Loss,
    MSELoss,
    NLLLoss,
    SmoothL1Loss,
)
from leafgrad.nn.module import Module
from leafgrad.nn.normalization import LayerNorm
from leafgrad.nn.parameter import Parameter
from leafgrad.nn.pooling import MaxPool2d
from leafgrad.nn.rnn import LSTM, LSTMCell

__all__ = [
    "ELU",
    "GELU",
    "LSTM",
    "BCELoss",
    "BCEWithLogitsLoss",
    "Conv2d",
    "CrossEntropyLoss",
    "Dropout",
    "Embedding",
    "Flatten",
    "HuberLoss",
    "Identity",
    "L1Loss",
    "LSTMCell",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LogSoftmax",
    "MSELoss",
    "MaxPool2d",
    "Module",
    "ModuleDict",
    "ModuleList",
    "NLLLoss",
    "Parameter",
    "ParameterDict",
    "ParameterList",
    "ReLU",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "SmoothL1Loss",
    "Softmax",
    "Softplus",
    "Tanh",
    "Unflatten",
    "functional",
    "init",
    "utils",
]
