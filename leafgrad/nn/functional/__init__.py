"""Layers as functions: what the modules of `leafgrad.nn` call, parameters passed in."""

from leafgrad.nn.functional.activations import (
    elu,
    gelu,
    leaky_relu,
    log_softmax,
    relu,
    sigmoid,
    silu,
    softmax,
    softplus,
    tanh,
)
from leafgrad.nn.functional.attention import scaled_dot_product_attention
from leafgrad.nn.functional.classification import cross_entropy, nll_loss
from leafgrad.nn.functional.conv import conv2d
from leafgrad.nn.functional.embedding import embedding
from leafgrad.nn.functional.linear import dropout, linear
from leafgrad.nn.functional.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    huber_loss,
    l1_loss,
    mse_loss,
    smooth_l1_loss,
)
from leafgrad.nn.functional.normalization import layer_norm
from leafgrad.nn.functional.pooling import max_pool2d
from leafgrad.nn.functional.recurrent import lstm, lstm_cell

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "conv2d",
    "cross_entropy",
    "dropout",
    "elu",
    "embedding",
    "gelu",
    "huber_loss",
    "l1_loss",
    "layer_norm",
    "leaky_relu",
    "linear",
    "log_softmax",
    "lstm",
    "lstm_cell",
    "max_pool2d",
    "mse_loss",
    "nll_loss",
    "relu",
    "scaled_dot_product_attention",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
    "softmax",
    "softplus",
    "tanh",
]
