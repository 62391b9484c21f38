"""Optimisers and schedules of their learning rates, each with PyTorch's trajectory."""

from leafgrad.optim import lr_scheduler as lr_scheduler
from leafgrad.optim.adam import Adam, AdamW
from leafgrad.optim.moments import Adamax, NAdam, RAdam
from leafgrad.optim.optimizer import Optimizer
from leafgrad.optim.rmsprop import Adadelta, Adagrad, RMSprop
from leafgrad.optim.rprop import ASGD, Rprop
from leafgrad.optim.sgd import SGD

__all__ = [
    "ASGD",
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "NAdam",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "Rprop",
    "lr_scheduler",
]
