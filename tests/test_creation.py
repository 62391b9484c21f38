"""Making tensors: shared or copied, and from what."""

from __future__ import annotations

import numpy as np
import pytest

import leafgrad


def test_who_shares_and_who_copies() -> None:
    a = np.ones(3)
    for share in (leafgrad.from_numpy, leafgrad.as_tensor, leafgrad.Tensor):
        assert share(a).data is a
    for make in (leafgrad.tensor, lambda a: leafgrad.as_tensor(a, "float32"), leafgrad.full_like, leafgrad.zeros_like):
        made = (
            make(a, 1)
            if make is leafgrad.full_like
            else make(leafgrad.as_tensor(a) if make is leafgrad.zeros_like else a)
        )
        assert not np.may_share_memory(made.data, a)
    t = leafgrad.ones(2)
    assert leafgrad.as_tensor(t) is t


@pytest.mark.parametrize("make", [leafgrad.zeros, leafgrad.ones, leafgrad.empty, leafgrad.rand, leafgrad.randn])
def test_sizes_in_every_form(make: object) -> None:
    for args, kwargs in [
        ((2, 3), {}),
        (((2, 3),), {}),
        (([2, 3],), {}),
        ((), {"size": (2, 3)}),
        ((), {"shape": (2, 3)}),
        ((np.int64(2), 3), {}),
    ]:
        t = make(*args, **kwargs, requires_grad=True)
        assert t.shape == (2, 3) and t.dtype == "float32" and t.requires_grad
    assert make(()).shape == ()
    with pytest.raises(ValueError):
        make(2, -1)


def test_empty_like() -> None:
    t = leafgrad.empty_like(leafgrad.ones(2, 3, dtype=leafgrad.int64))
    assert (t.shape, t.dtype) == ((2, 3), "int64")


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: leafgrad.tensor([1, 2], requires_grad=True), RuntimeError, "only floating-point"),
        (lambda: leafgrad.tensor("a"), TypeError, "tensor: expected a tensor, an array or a number, got str"),
        (lambda: leafgrad.tensor([[1], [2, 3]]), ValueError, "inhomogeneous"),
        (lambda: leafgrad.zeros(-1), RuntimeError, r"zeros: sizes must not be negative, got \(-1,\)"),
        (lambda: leafgrad.zeros(2.5), TypeError, "integer"),
        (lambda: leafgrad.arange(0, 5, 0), RuntimeError, "arange: step 0"),
        (lambda: leafgrad.arange(5, 0), RuntimeError, "arange: step 1 does not lead from 5 to 0"),
        (lambda: leafgrad.linspace(0, 1, -1), RuntimeError, "linspace: .*negative"),
        (lambda: leafgrad.from_numpy([1]), TypeError, "from_numpy: expected an ndarray, got list"),
        (lambda: leafgrad.full(size=2, shape=2, fill_value=1), TypeError, "two names of one argument"),
    ],
)
def test_bad_requests(call: object, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_seeds_and_generators() -> None:
    draws = []
    for _ in range(2):
        leafgrad.manual_seed(3)
        draws.append(
            [
                leafgrad.rand(2),
                leafgrad.randn(2),
                leafgrad.randint(9, (2,)),
                leafgrad.randperm(5),
                leafgrad.zeros(2).normal_(),
            ]
        )
    assert all(leafgrad.equal(a, b) for a, b in zip(*draws, strict=True))
    generator = leafgrad.Generator().manual_seed(1)
    state = generator.get_state()
    first = leafgrad.rand(3, generator=generator)
    generator.set_state(state)
    assert leafgrad.equal(first, leafgrad.rand(3, generator=generator))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_uniform_numbers_are_below_one(dtype: str) -> None:
    t = leafgrad.rand(20_000, dtype=dtype)
    assert t.dtype == dtype and (t < 1).all() and (t >= 0).all() and abs(t.double().mean().item() - 0.5) < 0.02


def test_python_floats_are_not_rounded_on_the_way_to_float64() -> None:
    made = [leafgrad.tensor(0.6, dtype="float64"), leafgrad.as_tensor([0.6], dtype="float64")]
    made += [leafgrad.full((1,), 0.6, dtype="float64"), leafgrad.full_like(made[0], 0.6)]
    assert all(t.item() == 0.6 for t in made)


def test_new_tensors_take_the_dtype_of_another() -> None:
    x = leafgrad.zeros(3, dtype="float64")
    made = [x.new_tensor([1, 2]), x.new_zeros(2), x.new_ones((2,)), x.new_full((2,), 7), x.new_empty(2)]
    made.append(x.new_empty_strided((2,), (3,)))
    assert all(t.dtype == "float64" and t.shape == (2,) for t in made)
    assert made[0].tolist() == [1, 2] and made[3].tolist() == [7, 7] and made[-1].stride() == (3,)
    assert x.new_ones(2, dtype="int64", device="cpu").dtype == "int64"


def test_out_takes_what_is_made() -> None:
    t = leafgrad.empty(0)
    assert leafgrad.arange(3, out=t) is t and t.tolist() == [0, 1, 2] and t.dtype == "float32"
    assert leafgrad.zeros(3, out=t) is t and t.tolist() == [0, 0, 0]
    with pytest.raises(RuntimeError, match="out has shape"):
        leafgrad.ones(2, out=t)


def test_asarray_copies_when_told_to() -> None:
    a = np.zeros(2)
    assert leafgrad.asarray(a).data is a and leafgrad.asarray(a, copy=True).data is not a
    assert not leafgrad.asarray(leafgrad.ones(2, requires_grad=True)).requires_grad
    with pytest.raises(ValueError, match="without a copy"):
        leafgrad.asarray([1.0], copy=False)


@pytest.mark.parametrize(
    "option", [{"device": "cuda"}, {"layout": "sparse_coo"}, {"pin_memory": True}, {"memory_format": "no"}]
)
def test_options_that_leafgrad_does_not_have(option: dict) -> None:
    with pytest.raises(RuntimeError):
        leafgrad.zeros(2, **option)
    with pytest.raises(RuntimeError):
        leafgrad.zeros_like(leafgrad.zeros(2), **option)


def test_memory_of_others() -> None:
    a = np.arange(3.0)
    shared = leafgrad.from_dlpack(a)
    leafgrad.frombuffer(a, dtype="float64", count=1, offset=8)[0] = 8
    assert shared.tolist() == a.tolist() == [0, 8, 2]


def test_range_has_its_end() -> None:
    assert leafgrad.range(1, 2, 0.5).tolist() == [1, 1.5, 2] and leafgrad.range(2).dtype == leafgrad.float32
    for bad in ((0, 1, 0), (0, 1, -1)):
        with pytest.raises(RuntimeError, match="range: step"):
            leafgrad.range(*bad)


def test_the_global_generator() -> None:
    leafgrad.manual_seed(5)
    state, first = leafgrad.get_rng_state(), leafgrad.rand(3)
    leafgrad.set_rng_state(state)
    assert leafgrad.equal(first, leafgrad.rand(3)) and leafgrad.initial_seed() == 5
    with leafgrad.random.fork_rng():
        assert leafgrad.seed() == leafgrad.initial_seed()
    generator = leafgrad.Generator().manual_seed(-1)
    other = generator.clone_state()
    assert other.initial_seed() == generator.initial_seed() == 2**64 - 1 and generator.device == "cpu"
    assert leafgrad.equal(leafgrad.rand(2, generator=generator), leafgrad.rand(2, generator=other))
    leafgrad.manual_seed(0)
