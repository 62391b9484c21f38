"""Optimisers and schedules of their learning rates, each with PyTorch's trajectory."""

from leafgrad.optim import lr_scheduler as lr_scheduler
from leafgrad.optim.adam import Adam, AdamW
from leafgrad.optim.optimizer import Optimizer
from leafgrad.optim.sgd import SGD

__all__ = ["SGD", "Adam", "AdamW", "Optimizer", "lr_scheduler"]
