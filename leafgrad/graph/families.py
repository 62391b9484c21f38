"""The families of operations that a drawing tells apart, each by a colour and by a shape."""

from __future__ import annotations

from typing import NamedTuple


class Family(NamedTuple):
    """How the nodes of one family look; the shape tells it without the colour."""

    title: str
    shape: str
    fill: str
    stroke: str


LEAF = Family("leaf", "double", "#fff3c4", "#8a6d00")
ARITHMETIC = Family("arithmetic", "plain", "#dcebf9", "#1f5f99")
FUNCTION = Family("function", "pill", "#d8f0e3", "#1b7a4b")
PRODUCT = Family("product, layer", "hexagon", "#ffe3cc", "#b3541e")
REDUCTION = Family("sum, loss", "funnel", "#f6d9e6", "#a3336b")
SHAPE = Family("shape", "slanted", "#e8e8ec", "#5b5b66")
CHOICE = Family("choice, index", "cut", "#d9f1f2", "#16717a")
WRITE = Family("write in place", "dashed", "#efe0d3", "#7a4a21")
MODULE = Family("module, folded", "stack", "#ffffff", "#333333")
CHAIN = Family("chain, folded", "dotted", "#ffffff", "#333333")

FAMILIES = (LEAF, ARITHMETIC, FUNCTION, PRODUCT, REDUCTION, SHAPE, CHOICE, WRITE, MODULE, CHAIN)

_MEMBERS = {
    ARITHMETIC: "add sub mul div neg pow square sqrt rsqrt reciprocal abs floor_divide remainder fmod addcmul addcdiv "
    "lerp cube sign sgn floor ceil round trunc frac to clone copysign hypot conj real imag complex",
    PRODUCT: "linear bilinear matmul mm bmm mv dot vdot inner outer einsum tensordot addmm addmv baddbmm addbmm addr "
    "conv1d conv2d conv3d convolution conv_transpose1d conv_transpose2d conv_transpose3d attention_weights "
    "scaled_dot_product_attention lstm lstm_cell gru gru_cell rnn rnn_cell kron cross solve inv det cholesky",
    REDUCTION: "sum mean prod var std norm logsumexp cumsum cumprod logcumsumexp nansum dist cdist trace "
    "cross_entropy nll_loss mse_loss l1_loss huber_loss smooth_l1_loss binary_cross_entropy "
    "binary_cross_entropy_with_logits kl_div ctc_loss avg_pool1d avg_pool2d adaptive_avg_pool2d",
    SHAPE: "reshape view transpose permute T expand squeeze unsqueeze flatten cat stack pad roll flip as_strided "
    "unbind split chunk unfold fold diagonal diag_embed contiguous block_diag rot90 tile repeat",
    CHOICE: "where maximum minimum max min amax amin index gather scatter take sort topk kthvalue median masked_fill "
    "masked_select index_select index_add embedding max_pool1d max_pool2d max_pool3d clamp put triangle tril triu",
}
_FAMILY_OF = {op: family for family, ops in _MEMBERS.items() for op in ops.split()}


def family_of(op: str | None) -> Family:
    """The family of an operation by its name; a leaf has none, and what is not listed is a function.

    >>> family_of("matmul").title, family_of("tanh").title, family_of("add_").title
    ('product, layer', 'function', 'write in place')
    """
    if op is None:
        return LEAF
    if op.endswith("_") or op == "setitem":
        return WRITE
    return _FAMILY_OF.get(op, FUNCTION)
