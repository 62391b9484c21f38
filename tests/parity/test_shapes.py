"""Shapes and joins: every call on tensors of every number of dimensions, in both libraries, errors included."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")
from tests.parity.sidebyside import same

SHAPES = [(), (0,), (3,), (2, 3), (2, 0), (1, 3, 1), (2, 3, 4)]
CALLS = """
reshape(-1) | reshape(()) | reshape(3, 2) | reshape((3, 2)) | reshape(-1, 3) | reshape(-1, -1) | reshape(2, -2) | reshape(shape=(-1,))
view(-1) | view(3, 2) | view(x.shape) | flatten() | flatten(1) | flatten(0, 1) | flatten(start_dim=-2, end_dim=-1) | flatten(1, 0) | ravel()
permute(1, 0) | permute((1, 0)) | permute(0, 2, 1) | permute(-1, 0, 1) | permute(dims=(1, 0)) | permute(0, 0) | t() | T.sum()
transpose(0, 1) | transpose(-1, -2) | transpose(0, 3) | transpose(dim0=0, dim1=1) | swapaxes(0, 1) | swapaxes(axis0=0, axis1=1)
squeeze() | squeeze(0) | squeeze(-1) | squeeze((0, 2)) | squeeze(dim=0) | squeeze(4) | unsqueeze(0) | unsqueeze(-1) | unsqueeze(dim=1)
expand(2, 3) | expand(4, 2, 3) | expand(-1, 3) | expand(2, -1, 3) | expand((2, 3)) | expand(3) | expand(-1, -1, -1) | expand(size=(2, 3))
broadcast_to((2, 3)) | expand_as(m.zeros(2, 3)) | view_as(m.zeros(3, 2)) | reshape_as(m.zeros(6)) | flip(0) | flip((0,)) | flip(dims=(0,))
flip([]) | flip(5) | roll(1) | roll(-1) | roll(1, -1) | roll(shifts=1, dims=0) | roll(100) | repeat(2) | repeat(2, 1) | repeat((2, 3))
repeat(2, 2, 2) | repeat(0, 1) | tile(2) | tile((2, 1)) | tile(dims=(2,)) | split(1) | split(2, -1) | split([1, 2], -1) | split((1, 1), 0)
split(0) | chunk(2) | chunk(2, -1) | chunk(5, -1) | chunk(0) | unbind() | unbind(-1) | contiguous() | clone() | size() | size(-1)
dim() | ndim | numel() | is_contiguous() | tolist() | to(m.float32) | to("cpu", m.float32) | to(device="cpu") | detach() | sum(axis=0)
mean(axis=-1, keepdims=True) | sum(-1) | sum((0, -1)) | sum((0, 1), True) | max(0) | max(-1, keepdim=True) | amax((0, 1)) | var(1)
softmax(-1) | cumsum(-1) | argmax(-1) | argmax(0, keepdim=True) | argmin() | all(0) | logsumexp((0, 1)) | norm(dim=-1) | prod(0) | prod(-1, True)
"""
CALLS = [call.strip() for line in CALLS.strip().splitlines() for call in line.split(" | ")]


@pytest.mark.parametrize("call", CALLS)
def test_methods(call: str) -> None:
    for shape in SHAPES:
        x = (np.arange(int(np.prod(shape))) * 0.3 - 0.5).reshape(shape)
        if (call, shape) in UNLIKE:
            continue
        same(f"(x * 1).{call}", x, orders=2)
        same(f"(x.mT * 1).mT.{call}", x) if x.ndim > 1 else None


#: Where PyTorch's error for 0-d tensors is of its own kind, or is one that its neighbours do not raise.
UNLIKE = {(call, ()) for call in ("roll(1, -1)", "roll(shifts=1, dims=0)", "unbind(-1)")}


JOINS = ["m.cat([x, y], {})", "m.stack([x, y], {})", "m.cat((x, y, x), dim={})", "m.concat([x, y], axis={})"]


@pytest.mark.parametrize("code", JOINS)
def test_joining(code: str) -> None:
    pairs = [
        ((2, 3), (2, 3)),
        ((2, 3), (2, 1)),
        ((2, 3), (1, 3)),
        ((0,), (2, 3)),
        ((3,), (2,)),
        ((2, 0), (2, 3)),
        ((2, 3, 1), (2, 3)),
    ]
    for a, b in pairs:
        for dim in (0, 1, -1):
            if dim < 1 or len(a) == len(b):  # else PyTorch looks at the dim first
                same(code.format(dim), np.ones(a), np.zeros(b) + 2)


@pytest.mark.parametrize(
    "sizes", ["(1, 2)", "(1,)", "(1, 2, 3, 4)", "(-1, 0)", "(0, 0)", "(-1, -1, 1, 1)", "(-5, 0)", "[1, 1]"]
)
def test_padding(sizes: str) -> None:
    for shape in [(3,), (2, 3)]:
        same(lambda m, x: _pad(m)(x, eval(sizes)), np.ones(shape), orders=2)
        same(lambda m, x: _pad(m)(x, eval(sizes), value=2.5), np.ones(shape), orders=2)


def _pad(m: object) -> object:
    return m.pad if hasattr(m, "pad") else m.nn.functional.pad


MATRICES = [
    (),
    (3,),
    (2,),
    (2, 3),
    (3, 2),
    (2, 2, 3),
    (2, 3, 2),
    (1, 3, 2),
    (2, 1, 2, 3),
    (0,),
    (2, 0),
    (0, 3),
    (3, 0),
    (5, 0, 3),
]


@pytest.mark.parametrize("shape", MATRICES, ids=str)
def test_matmul_of_every_pair(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    for other in MATRICES:
        same("x @ y", rng.normal(size=shape), rng.normal(size=other), orders=3)
        if len(shape) == len(other) == 1:
            same("m.dot(x, y)", rng.normal(size=shape), rng.normal(size=other))
            same("m.outer(x, y)", rng.normal(size=shape), rng.normal(size=other), orders=2)


EINSUMS = """
ij,jk->ik 23 32 | ij,jk 23 32 | ij->ji 23 | ij-> 23 | ii->i 33 | ii 33 | ij 23 | ji 23 | ...ij->...ji 223 | i...,i...->... 23 23 | ij,ij->i 23 23
i,j,k->ijk 2 3 2 | ijk,ilk->ijl 234 224 | b i j , b j k -> b i k 223 232 | iij,j->i 223 3 | iii->i 222 | iii 222 | ij,kl-> 23 22 | Ba 23
ij,kl->il 23 22 | aB,Bc->ac 23 32 | ...a,...a-> 23 23 | ... 23 | i,i,i->i 3 3 3 | ij,jk,kl,lm->im 23 32 23 32 | ij,jk->ik 23 23 | ij 3
...ii->...i 233 | ...ij,...jk 123 432 | ij,ij->ij 21 13 | bhqd,bhkd->bhqk 1232 1242 | i...j->j...i 234 | ij,jk->ik 20 03 | i,i 3 1
"""


@pytest.mark.parametrize("row", [row.strip() for line in EINSUMS.strip().splitlines() for row in line.split(" | ")])
def test_einsum(row: str) -> None:
    *equation, shapes = row.rstrip(" 0123456789"), row[len(row.rstrip(" 0123456789")) :].split()
    rng = np.random.default_rng(0)
    same(
        f"m.einsum('{equation[0]}', {', '.join('xyzw'[: len(shapes)])})",
        *[rng.normal(size=[int(n) for n in s]) for s in shapes],
        orders=2,
    )
