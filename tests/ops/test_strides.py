"""How tensors lie in memory, views by strides, and views that a tensor becomes in place."""

from __future__ import annotations

import numpy as np
import pytest

import leafgrad
from leafgrad import gradcheck as checks


def test_strides_offsets_and_addresses() -> None:
    base = leafgrad.arange(12.0).reshape(3, 4)
    part = base[1:, 1:].T
    assert (base.stride(), part.stride(), part.stride(-1)) == ((4, 1), (1, 4), 4)
    assert (part.storage_offset(), part.element_size(), part.is_contiguous()) == (5, 4, False)
    assert part.data_ptr() - base.data_ptr() == 20
    assert leafgrad.broadcast_shapes((2, 1), 3, ()) == (2, 3)


@pytest.mark.parametrize("dims", [4, 5])
def test_channels_last(dims: int) -> None:
    name = leafgrad.channels_last if dims == 4 else leafgrad.channels_last_3d
    x = leafgrad.rand(*range(2, 2 + dims))
    for convert in (x.contiguous, x.clone, x.to, x.double):
        y = convert(memory_format=name)
        assert y.is_contiguous(memory_format=name) and not y.is_contiguous() and y.stride()[1] == 1
        assert np.array_equal(y.float().numpy(), x.numpy())
        assert y.contiguous().is_contiguous()
    assert x.contiguous() is x
    with pytest.raises(RuntimeError, match="channels_last is for 4 dimensions"):
        leafgrad.zeros(2).contiguous(memory_format="channels_last")


BASES = {
    "row-major": lambda x: x * 1,
    "a view": lambda x: (x * 1)[1:],
    "expanded": lambda x: (x[:1] * 1).expand(3, 4),
    "transposed": lambda x: (x * 1).T,
    "backwards": lambda x: (x * 1)[::-1],
}


@pytest.mark.parametrize("base", BASES)
def test_gradients_of_as_strided(base: str) -> None:
    x = leafgrad.arange(12.0, dtype=leafgrad.float64).reshape(3, 4).requires_grad_()
    for size, stride in [((2, 2), (1, 1)), ((3,), (1,)), ((2, 2), (0, 1)), ((), ()), ((0, 2), (1, 1))]:
        assert checks.gradcheck(lambda x, size=size, stride=stride: BASES[base](x).as_strided(size, stride), (x,))
        assert checks.gradgradcheck(lambda x, size=size, stride=stride: BASES[base](x).as_strided(size, stride), (x,))


def test_writes_through_as_strided() -> None:
    x = leafgrad.ones(6, requires_grad=True)
    y = x * 1
    diagonal = y[1:].as_strided((2,), (2,))
    diagonal.mul_(5)
    assert y.tolist() == [1, 5, 1, 5, 1, 1]
    y.sum().backward()
    assert x.grad.tolist() == [1, 5, 1, 5, 1, 1]
    with pytest.raises(RuntimeError, match="clone"):
        y.as_strided((2, 2), (1, 1)).add_(1)
    with pytest.raises(RuntimeError, match="clone"):
        y.unfold(0, 3, 1).add_(1)
    y.detach().unfold(0, 2, 3).zero_()
    assert y.tolist() == [0, 0, 1, 0, 0, 1]


@pytest.mark.parametrize("create_graph", [False, True])
def test_a_base_inside_other_memory(create_graph: bool) -> None:
    """Its views renew, and gradients pass through them, also as tensors that lie otherwise in memory."""
    y = leafgrad.from_numpy(np.arange(8.0)[2:])
    x = leafgrad.ones(6, dtype=leafgrad.float64, requires_grad=True)
    seen = y.as_strided((2,), (2,), 3)
    y.mul_(x * x)
    assert seen.tolist() == [3, 5]
    (g,) = leafgrad.autograd.grad((seen * leafgrad.tensor([1.0, 2])).sum(), x, create_graph=create_graph)
    assert g.tolist() == [0, 6, 0, 20, 0, 0]
    base = x * 2
    base.as_strided((2,), (2,), 1).mul_(x[:2] * x[2:4])
    weights = leafgrad.arange(12.0, dtype=leafgrad.float64)[::2]
    (g,) = leafgrad.autograd.grad(base, x, weights, create_graph=create_graph)
    assert g.tolist() == [4, 16, 12, 24, 16, 20]


@pytest.mark.parametrize(
    "args, message",
    [
        (((2,), (1, 1)), "one number for each dimension"),
        (((-1,), (1,)), "must not be negative"),
        (((2,), (1,), 5), "reaches place 6, beyond the 6 elements"),
    ],
)
def test_what_as_strided_refuses(args: tuple, message: str) -> None:
    with pytest.raises(RuntimeError, match=message):
        leafgrad.zeros(6).as_strided(*args)


def test_resizing() -> None:
    x = leafgrad.arange(6)
    assert x.resize_(2, 2).tolist() == [[0, 1], [2, 3]]
    assert x.resize_((2, 4)).tolist() == [[0, 1, 2, 3], [4, 5, 0, 0]]
    assert x.resize_as_(leafgrad.zeros(3)).tolist() == leafgrad.resize_as_(x, leafgrad.zeros(3)).tolist() == [0, 1, 2]
    with pytest.raises(RuntimeError, match="requires grad"):
        leafgrad.zeros(2, requires_grad=True).resize_(3)
    with pytest.raises(RuntimeError, match="negative"):
        x.resize_(-1)


TWINS = {
    "t_": (),
    "transpose_": (0, 1),
    "swapaxes_": (0, 1),
    "swapdims_": (0, 1),
    "squeeze_": (),
    "unsqueeze_": (1,),
    "as_strided_": ((2, 2), (1, 2)),
}


@pytest.mark.parametrize("name, args", TWINS.items())
@pytest.mark.parametrize("part", [False, True])
def test_a_tensor_becomes_its_view(name: str, args: tuple, part: bool) -> None:
    """Values and gradients are those of the view out of place, also after a write; of a base and of a part of one."""
    gradients = []
    for in_place in (True, False):
        x = leafgrad.arange(12.0).reshape(3, 4).requires_grad_()
        base = x * 2
        y = base[1:] if part else base
        address = y.data_ptr()
        seen = getattr(y, name if in_place else name[:-1])(*args)
        assert (seen is y) == in_place and seen.data_ptr() == address
        seen.mul_(seen.detach() + 1)
        gradients.append((seen.tolist(), *leafgrad.autograd.grad((seen * seen).sum() + (base.sum() if part else 0), x)))
    assert gradients[0][0] == gradients[1][0] and leafgrad.equal(gradients[0][1], gradients[1][1])


def test_a_view_made_before_its_base_changed_dimensions() -> None:
    base = leafgrad.zeros(2, 3)
    row = base[0]
    base.t_()
    base[1] = 7
    assert row.tolist() == [0, 7, 0]
    with pytest.raises(RuntimeError, match="make the view again"):
        row.add_(1)
    base.mul_(leafgrad.ones(1, requires_grad=True))
    with pytest.raises(RuntimeError, match="make the view again"):
        row.sum()
    leaf = leafgrad.ones(2, 3, requires_grad=True)
    with pytest.raises(RuntimeError, match="a leaf that requires grad"):
        leaf.t_()
    with leafgrad.no_grad():
        leaf.t_()
    assert leaf.is_leaf and leaf.requires_grad and leaf.shape == (3, 2)
