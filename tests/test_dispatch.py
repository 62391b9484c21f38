"""NumPy's functions on tensors: they speak NumPy, keep the gradient, and are an error where undefined."""

from __future__ import annotations

import numpy as np
import pytest

import leafgrad
from leafgrad.gradcheck import gradcheck
from leafgrad.tensor import Tensor

A = np.arange(6.0).reshape(2, 3) * 0.3 - 0.5
B = A + 2.1
CALLS = """
np.sum(x, 0) | np.sum(x, axis=(0, 1)) | np.sum(x, axis=1, keepdims=True) | np.sum(x, 1, None, None, True)
np.sum(x, 0, np.float32) | np.mean(x, axis=(0, 1)) | np.mean(x, 0, keepdims=True) | np.max(x, 0) | np.amin(x, 1)
np.prod(x, 1) | np.std(x) | np.std(x, 0, ddof=1) | np.std(x, 0, None, None, 1) | np.var(x)
np.var(x, 1, ddof=1, keepdims=True) | np.transpose(x) | np.transpose(x, (1, 0)) | np.ravel(x)
np.transpose(x, axes=(1, 0)) | np.reshape(x, (3, 2)) | np.reshape(x, -1)
np.swapaxes(x, 0, 1) | np.swapaxes(x, axis1=0, axis2=1) | np.squeeze(x[None]) | np.squeeze(x[None], axis=0)
np.expand_dims(x, 0) | np.expand_dims(x, (0, -1)) | np.broadcast_to(x, (2, 2, 3)) | np.flip(x) | np.flip(x, 0)
np.flip(x, axis=(0, 1)) | np.roll(x, 1) | np.roll(x, 1, axis=0) | np.roll(x, shift=(1, 2), axis=(0, 1))
np.tile(x, 2) | np.tile(x, (2, 1)) | np.repeat(x, 2) | np.repeat(x, 2, axis=0) | np.repeat(x, [1, 2], axis=0)
np.repeat(x, 3, -1) | np.concatenate([x, x]) | np.concatenate([x, x], 1) | np.concatenate((x, B), axis=0)
np.concatenate([x, x], axis=None) | np.stack([x, x], axis=-1) | np.split(x, 3, axis=1) | np.split(x, [1], axis=1)
np.where(x > 0, x, 0) | np.where(A > 0, x, B) | np.maximum(x, 0) | np.minimum(B, x) | np.clip(x, 0, 0.9)
np.clip(x, 0, None) | np.clip(x, a_min=0, a_max=0.9) | np.abs(x) | np.exp(x) | np.log(x + 3)
np.power(x + 3, x) | np.add(x, 1) | np.subtract(1, x) | np.multiply(B, x) | np.divide(x, B) | np.mod(x, B)
np.negative(x) | np.reciprocal(x + 3) | np.matmul(x, B.T) | np.dot(x, B.T) | np.dot(B.T, x) | np.outer(x[0], B[0])
np.outer(x, x) | np.einsum("ij,ij->i", x, B) | np.linalg.norm(x) | np.linalg.norm(x, axis=1)
np.linalg.norm(x, 3, 1, True) | np.cumsum(x) | np.cumsum(x, axis=1) | np.pad(x, 1)
np.pad(x, ((0, 0), (1, 2)), constant_values=3) | np.copy(x) | np.matrix_transpose(x) | B * x | B + x | B - x | B / x
B**x | B @ x.T | np.float64(2) * x | np.float64(2) / x | x - B
"""
if np.lib.NumpyVersion(np.__version__) >= "2.1.0":  # which gave these arguments their names
    CALLS += "np.reshape(x, shape=(3, 2)) | np.clip(x, min=0)"
PLAIN = """
np.argmax(x) | np.argmax(x, 1) | np.argmin(x, axis=0) | np.any(x > 0) | np.all(x > 0, axis=0) | np.isnan(x)
np.floor(x) | np.round(x, 1) | np.around(x, 1) | np.shape(x) | np.ndim(x) | np.size(x) | np.size(x, 0)
np.zeros_like(x) | np.full_like(x, 2) | np.allclose(x, A) | np.isclose(x, A) | np.array_equal(x, A) | np.equal(x, A)
np.less_equal(x, A) | np.logical_and(x > 0, x < 1) | B < x | np.nonzero(x > 0) | np.where(x > 0)
np.floor_divide(x, B) | np.sign(x) | np.float64(0.1) < x | np.bitwise_and(x > 0, x < 1) | np.invert(x > 0)
"""


def split(table: str) -> list[str]:
    return [call.strip() for line in table.strip().splitlines() for call in line.split(" | ")]


def flat(made: object) -> list[object]:
    return [each for part in made for each in flat(part)] if isinstance(made, tuple | list) else [made]


@pytest.mark.parametrize("call", split(CALLS) + split(PLAIN))
def test_the_answer_is_numpys(call: str) -> None:
    x = leafgrad.tensor(A, requires_grad=True)
    ours, expected = (flat(eval(call, {"np": np, "x": x, "A": A, "B": B})) for x in (x, A))
    for a, b in zip(ours, expected, strict=True):
        assert isinstance(a, Tensor) == isinstance(b, np.ndarray | np.generic)
        if isinstance(a, Tensor):
            assert (a.dtype, a.shape) == (b.dtype, np.shape(b))
            np.testing.assert_allclose(a.data, b)
            assert a.requires_grad or call in split(PLAIN)
        else:
            assert a == b


@pytest.mark.parametrize("call", split(CALLS))
def test_the_gradient_is_that_of_differences(call: str) -> None:
    if "np.float32" not in call:
        code = compile(call, call, "eval")
        x = leafgrad.tensor(A, requires_grad=True)
        assert gradcheck(lambda x: flat(eval(code, {"np": np, "x": x, "A": A, "B": B}))[0], x)


@pytest.mark.parametrize(
    "call, message",
    [
        (
            lambda x: np.unwrap(x),
            r"np.unwrap is not defined for tensors; use a leafgrad function, or t.detach\(\).numpy\(\)",
        ),
        (lambda x: np.add.reduce(x), "np.add.reduce is not defined"),
        (lambda x: np.add(x, 1, dtype=np.float32), "np.add with dtype is not defined"),
        (lambda x: np.spacing(x), "np.spacing is not defined"),
        (lambda x: np.add(x, 1, out=np.ones((2, 3))), r"add: an array cannot take .* detach\(\).numpy\(\)"),
        (lambda x: np.add(np.ones((2, 3)), 1, out=x), "add: an array cannot take"),
        (lambda x: np.reshape(x, -1, order="F"), "np.reshape: .* order 'C' only"),
    ],
)
def test_what_is_not_defined_is_an_error(call: object, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        call(leafgrad.tensor(A, requires_grad=True))


def test_an_array_takes_a_value_in_place_only_if_no_gradient_is_lost() -> None:
    array = np.ones(2)
    with pytest.raises(TypeError, match=r"detach\(\)"):
        array += leafgrad.ones(2, requires_grad=True)
    same = array
    array += leafgrad.ones(2)
    assert array is same and array.tolist() == [2, 2]


def test_one_argument_has_one_name() -> None:
    x = leafgrad.ones(2, 3)
    assert x.sum(axis=0, keepdims=True).shape == x.sum(dim=0, keepdim=True).shape == (1, 3)
    with pytest.raises(TypeError, match="sum: got both dim and axis"):
        x.sum(dim=0, axis=0)
