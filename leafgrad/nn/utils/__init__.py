"""Helpers around modules and their parameters; around sequences of several lengths, in `rnn`."""

from leafgrad.nn.utils import rnn as rnn
from leafgrad.nn.utils.clipping import clip_grad_norm_, clip_grad_value_, clip_grads_with_norm_, get_total_norm
from leafgrad.nn.utils.vectors import parameters_to_vector, vector_to_parameters
from leafgrad.nn.utils.weights import remove_weight_norm, weight_norm

__all__ = [
    "clip_grad_norm_",
    "clip_grad_value_",
    "clip_grads_with_norm_",
    "get_total_norm",
    "parameters_to_vector",
    "remove_weight_norm",
    "rnn",
    "vector_to_parameters",
    "weight_norm",
]
