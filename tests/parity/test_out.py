"""`out=` of PyTorch's operators that have it, into memory of the right shape and of none."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
import numpy as np

import leafgrad
from tests.parity.samples import INFOS, ours, ours_value

NAMES = [
    "abs", "add", "addcmul", "amax", "atan2", "bitwise_and", "cat", "clamp", "cumsum", "div.no_rounding_mode", "eq", "erf", "exp",
    "floor_divide", "lgamma", "lerp", "logical_not", "logit", "matmul", "max.reduction_with_dim", "mean", "pow", "round", "sigmoid", "sort",
    "special.erfcx", "special.zeta", "stack", "std_mean", "sum", "where", "xlogy",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shaped", [True, False])
def test_out(name: str, shaped: bool) -> None:
    info = INFOS[name]
    if not info.supports_out:
        pytest.skip("PyTorch has none")
    torch.manual_seed(0)
    dtype = torch.int64 if name.startswith("bitwise") else torch.float64
    function = ours(info.op, info)
    for sample in list(info.sample_inputs("cpu", dtype))[:5]:
        call = (sample.input, *sample.args)
        expected = info.op(*call, **sample.kwargs)
        several = isinstance(expected, tuple)
        wanted = [t.numpy() for t in (expected if several else (expected,))]
        targets = tuple(leafgrad.empty(a.shape if shaped else (0,), dtype=a.dtype.name) for a in wanted)
        result = function(*ours_value(call), out=targets if several else targets[0], **ours_value(sample.kwargs))
        assert tuple(result) == targets if several else result is targets[0]
        for target, a in zip(targets, wanted, strict=True):
            np.testing.assert_allclose(target.numpy(), a, rtol=1e-9)
