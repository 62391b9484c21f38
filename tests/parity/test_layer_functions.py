"""Functions of layers beside PyTorch's: what its own samples leave out of keywords, sizes and special points."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.parity.sidebyside import same

torch = pytest.importorskip("torch")

RNG = np.random.default_rng(0)


def normal(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape)


CONVOLUTIONS: list[tuple[str, list[Any]]] = [
    ("conv1d(x, y, z, 2, 3, 2)", [normal(3, 4, 9), normal(6, 4, 3), normal(6)]),
    ("conv1d(x, y, padding='same', groups=2)", [normal(4, 9), normal(6, 2, 4)]),
    ("conv3d(x, y, z, (1, 2, 1), (0, 1, 2), (2, 1, 1))", [normal(2, 2, 5, 4, 3), normal(3, 2, 2, 3, 2), normal(3)]),
    ("conv_transpose1d(x, y, z, 3, 1, 2)", [normal(2, 3, 5), normal(3, 2, 4), normal(2)]),
    ("conv_transpose1d(x, y, dilation=3, output_padding=2)", [normal(3, 5), normal(3, 2, 1)]),
    ("conv_transpose2d(x, y, z, (1, 2), 1, (0, 1), 2)", [normal(2, 4, 3, 4), normal(4, 3, 2, 3), normal(6)]),
    ("conv_transpose3d(x, y, stride=2)", [normal(1, 2, 2, 3, 2), normal(2, 2, 2, 1, 3)]),
    ("conv_transpose2d(x, y, padding=2)", [normal(0, 2, 3, 4), normal(2, 1, 5, 5)]),
]
POOLINGS: list[tuple[str, list[Any]]] = [
    ("max_pool1d(x, 3, 2, 1, 2, True, True)", [normal(2, 3, 9)]),
    ("max_pool3d(x, (1, 2, 3), 2, (0, 1, 1), 1, True, True)", [normal(2, 5, 4, 7)]),
    ("max_pool2d(x, 2, 2)", [np.array([[[[np.nan, 1.0], [np.inf, -np.inf]], [[-np.inf, -np.inf], [-np.inf, -np.inf]]]])]),
    ("avg_pool1d(x, 3, 2, 1, True, False)", [normal(2, 3, 8)]),
    ("avg_pool2d(x, (3, 2), (2, 1), (1, 0), True, True, 5)", [normal(2, 2, 5, 6)]),
    ("avg_pool2d(x, 2)", [np.array([[[np.inf, 1.0, 2.0, 3.0], [1.0, 2.0, np.nan, 1.0], [1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 0.0]]])]),
    ("avg_pool3d(x, 2, 3, 1, True, False)", [normal(1, 2, 4, 5, 6)]),
    ("adaptive_avg_pool1d(x, 7)", [normal(2, 3, 5)]),
    ("adaptive_avg_pool2d(x, (None, 3))", [normal(3, 5, 7)]),
    ("adaptive_avg_pool3d(x, (2, 5, 1))", [normal(1, 2, 3, 4, 5)]),
    ("adaptive_max_pool1d(x, 4, True)", [normal(2, 3, 9)]),
    ("adaptive_max_pool2d(x, (5, None), return_indices=True)", [RNG.integers(0, 3, (2, 3, 4, 5)).astype(float)]),
    ("adaptive_max_pool2d(x, 2, True)", [np.where(RNG.random((1, 2, 5, 5)) < 0.2, np.nan, normal(1, 2, 5, 5))]),
    ("adaptive_max_pool3d(x, 2)", [normal(2, 3, 4, 5)]),
    ("lp_pool1d(x, 3.0, 2, 1)", [np.abs(normal(2, 3, 5))]),
    ("lp_pool2d(x, 2, (2, 3), ceil_mode=True)", [normal(2, 2, 5, 7)]),
    ("lp_pool3d(x, 2, 2)", [normal(1, 4, 4, 4)]),
    ("fractional_max_pool2d(x, 2, 3, None, True, y.detach())", [normal(2, 3, 7, 8), RNG.random((2, 3, 2))]),
    ("fractional_max_pool3d(x, 2, None, (0.5, 0.4, 0.6), True, y.detach())", [normal(2, 3, 7, 8, 6), RNG.random((2, 3, 3))]),
    ("max_unpool2d(*m.nn.functional.max_pool2d(x, 2, 2, 0, 1, False, True), 2, output_size=(5, 5))", [normal(2, 2, 5, 5)]),
    ("max_unpool1d(*m.nn.functional.max_pool1d(x, 3, 2, 1, 1, False, True), 3, 2, 1)", [normal(2, 7)]),
]
RESAMPLINGS: list[tuple[str, list[Any]]] = [
    *[
        (f"interpolate(x, {size}, mode='{mode}', align_corners={aligned}, antialias={antialias})", [normal(2, 2, 5, 6)])
        for mode, aligned, antialias in [("bilinear", False, True), ("bicubic", False, True), ("bilinear", True, True), ("bicubic", True, False), ("bicubic", True, True)]
        for size in [(3, 9), (1, 1), (11, 2), (5, 6)]
    ],
    ("interpolate(x, scale_factor=(0.6, 2.3), mode='bilinear')", [normal(1, 2, 5, 6)]),
    ("interpolate(x, scale_factor=1.7, mode='linear', recompute_scale_factor=True)", [normal(1, 2, 7)]),
    ("interpolate(x, scale_factor=(0.6, 2.3), mode='bicubic', antialias=True)", [normal(1, 2, 5, 6)]),
    ("interpolate(x, scale_factor=0.7, mode='nearest-exact')", [normal(1, 2, 9, 4)]),
    ("interpolate(x, 3, mode='area')", [normal(1, 2, 7, 5)]),
    ("interpolate(x, (2, 9, 4), mode='trilinear', align_corners=True)", [normal(1, 2, 3, 4, 5)]),
    ("upsample(x, scale_factor=2, mode='trilinear')", [normal(1, 1, 2, 3, 2)]),
    ("pixel_shuffle(x, 1)", [normal(2, 3, 2, 2)]),
    ("fold(x, (5, 6), (2, 3), 2, 1, (1, 2))", [normal(2, 12, 15)]),
    ("fold(m.nn.functional.unfold(x, 3, padding=1), (4, 5), 3, padding=1)", [normal(2, 4, 5)]),
    *[
        (f"grid_sample(x, y, '{mode}', '{padding}', {aligned})", [normal(2, 3, 4, 5), 1.7 * normal(2, 3, 2, 2)])
        for mode in ("bilinear", "nearest", "bicubic")
        for padding in ("zeros", "border", "reflection")
        for aligned in (False, True)
    ],
    ("grid_sample(x, y, padding_mode='reflection', align_corners=True)", [normal(1, 2, 3, 1, 4), 2 * normal(1, 2, 2, 2, 3)]),
    ("affine_grid(x, (2, 3, 4, 5), False)", [normal(2, 2, 3)]),
    ("affine_grid(x, (2, 3, 4, 1, 2), True)", [normal(2, 3, 4)]),
]
NORMS: list[tuple[str, list[Any]]] = [
    ("batch_norm(x, None, None, y, z, True, 0.1, 1e-3)", [normal(4, 3, 2), normal(3), normal(3)]),
    ("batch_norm(x, y.detach(), z.detach() ** 2)", [normal(4, 3), normal(3), normal(3)]),
    ("instance_norm(x, weight=y, bias=z)", [normal(4, 3, 5), normal(3), normal(3)]),
    ("group_norm(x, 2, y)", [normal(3, 4, 2, 2), normal(4)]),
    ("group_norm(x, 4)", [normal(2, 4, 3)]),
    ("rms_norm(x, (2, 3), y, 1e-3)", [normal(4, 2, 3), normal(2, 3)]),
    ("rms_norm(x, (3,))", [normal(2, 3)]),
    ("local_response_norm(x, 3, 0.1, 0.5, 2.0)", [normal(2, 5, 3)]),
    ("bilinear(x, y, z, w)", [normal(2, 3, 4), normal(2, 3, 5), normal(6, 4, 5), normal(6)]),
]
ATTENTION: list[tuple[str, list[Any]]] = [
    ("scaled_dot_product_attention(x, y, z, enable_gqa=True)", [normal(2, 4, 3, 2), normal(2, 2, 5, 2), normal(2, 2, 5, 3)]),
    ("embedding(m.tensor([[1, 2, 1], [0, 2, 2]]), x, 2, scale_grad_by_freq=True)", [normal(4, 3)]),
    *[
        (f"embedding_bag(m.tensor([1, 2, 1, 3, 0]), x, m.tensor([0, 2, 2, 5]), mode='{mode}', padding_idx={padding}, include_last_offset={last})", [normal(4, 3)])
        for mode in ("sum", "mean", "max")
        for padding in (None, 1)
        for last in (False, True)
    ],
    ("embedding_bag(m.tensor([[1, 2], [1, 1]]), x, mode='sum', per_sample_weights=y)", [normal(4, 3), normal(2, 2)]),
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("code, arrays", [*CONVOLUTIONS, *POOLINGS, *RESAMPLINGS, *NORMS, *ATTENTION], ids=lambda v: v if isinstance(v, str) else "")
def test_as_there(code: str, arrays: list[Any]) -> None:
    same(f"m.nn.functional.{code}", *arrays, orders=1)
    if "bicubic" not in code:  # in float32 its slopes cancel
        same(f"m.nn.functional.{code}", *(a.astype(np.float32) for a in arrays))


TWICE = [*CONVOLUTIONS[:7], POOLINGS[3], POOLINGS[5], POOLINGS[7], POOLINGS[14], RESAMPLINGS[0], *NORMS, ATTENTION[0]]


@pytest.mark.parametrize("code, arrays", TWICE, ids=lambda v: v if isinstance(v, str) else "")
def test_second_derivatives_as_there(code: str, arrays: list[Any]) -> None:
    if not any(np.isnan(a).any() for a in arrays):
        same(f"m.nn.functional.{code}", *arrays, orders=2)


@pytest.mark.parametrize(
    "code",
    [
        "conv1d(x, m.ones(1, 2, 3), stride=0)",
        "conv_transpose1d(x, m.ones(2, 1, 3), output_padding=1)",
        "conv_transpose1d(x, m.ones(3, 1, 3))",
        "max_pool1d(x, 2, padding=2)",
        "avg_pool2d(m.ones(1, 1, 4, 4), 2, divisor_override=0)",
        "adaptive_avg_pool1d(x, (1, 2))",
        "adaptive_max_pool2d(x, -1)",
        "fractional_max_pool2d(m.ones(1, 4, 4), 2)",
        "fractional_max_pool2d(m.ones(1, 4, 4), 3, 4)",
        "max_unpool1d(x, m.zeros(1, 2, 5), 2)",
        "max_unpool1d(x, m.full((1, 2, 5), 10), 2)",
        "interpolate(x)",
        "interpolate(x, 3, 2)",
        "interpolate(x, 3, mode='bilinear')",
        "interpolate(x, 3, mode='nearest', align_corners=True)",
        "interpolate(x, 3, mode='linear', antialias=True)",
        "interpolate(x, 0)",
        "pixel_shuffle(m.ones(3, 2, 2), 2)",
        "pixel_unshuffle(m.ones(3, 3, 2), 2)",
        "channel_shuffle(m.ones(1, 3, 2), 2)",
        "fold(m.ones(1, 5, 4), 3, 2)",
        "grid_sample(m.ones(1, 1, 2, 2), m.ones(1, 1, 1, 3))",
        "grid_sample(m.ones(1, 1, 2, 2), m.ones(1, 1, 1, 2), 'cubic')",
        "affine_grid(m.ones(1, 2, 2), (1, 1, 2, 2))",
        "batch_norm(m.ones(1, 3), None, None, training=True)",
        "batch_norm(x, m.ones(3), m.ones(3))",
        "batch_norm(x, x[0, :, 0], m.ones(2))",
        "instance_norm(m.ones(1, 3, 1))",
        "group_norm(x, 3)",
        "rms_norm(x, (4,))",
        "bilinear(x, x, m.ones(1, 5, 4))",
        "embedding_bag(m.tensor([0]), m.ones(2, 2))",
        "scaled_dot_product_attention(m.ones(3, 2, 2), m.ones(2, 2, 2), m.ones(2, 2, 2), enable_gqa=True)",
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_refused_as_there(code: str) -> None:
    same(f"m.nn.functional.{code}", normal(1, 2, 5))


def test_max_norm_rescales_the_table_in_place() -> None:
    table = normal(5, 3)
    for p in (1.0, 2.0, 3.0, np.inf):
        same(f"m.nn.functional.embedding(m.tensor([1, 3, 1]), x.detach().clone(), max_norm=0.5, norm_type={p})", table, grad=False)

    def changed(m: Any, x: Any) -> Any:
        weight = x.detach().clone()
        m.nn.functional.embedding_bag(m.tensor([[1, 3, 1]]), weight, max_norm=0.5)
        return weight

    same(changed, table, grad=False)


@pytest.mark.parametrize("momentum", [0.1, 1.0])
def test_running_statistics(momentum: float) -> None:
    def moved(m: Any, x: Any) -> Any:
        mean, var = m.zeros(3).double(), m.ones(3).double()
        m.nn.functional.batch_norm(x, mean, var, training=True, momentum=momentum)
        m.nn.functional.instance_norm(x, mean, var, momentum=momentum)
        return mean, var

    same(moved, normal(4, 3, 5), grad=False)
