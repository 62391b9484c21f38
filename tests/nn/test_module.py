"""Module: registration, traversal, hooks, modes, copies; and that nothing is silently lost."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import leafgrad
from leafgrad import Tensor, nn


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.Linear(3, 4)
        self.scale = nn.Parameter([2.0])
        self.register_buffer("mean", leafgrad.zeros(3))
        self.register_buffer("cache", leafgrad.ones(1), persistent=False)
        self.out = nn.Linear(4, 2, bias=False)

    def forward(self, x: Any, shift: float = 0.0) -> Any:
        return self.out(leafgrad.relu(self.hidden(x - self.mean))) * self.scale + shift


def names(pairs: Any) -> list[str]:
    return [name for name, _ in pairs]


def test_registration_order_and_names() -> None:
    net = Net()
    assert names(net.named_parameters()) == ["scale", "hidden.weight", "hidden.bias", "out.weight"]
    assert names(net.named_buffers()) == ["mean", "cache"]
    assert names(net.named_modules()) == ["", "hidden", "out"]
    assert names(net.named_children()) == ["hidden", "out"]
    assert list(net.state_dict()) == ["scale", "mean", "hidden.weight", "hidden.bias", "out.weight"]
    assert names(net.named_parameters(recurse=False)) == ["scale"]
    assert {"hidden", "scale", "mean"} <= set(dir(net))
    assert not [name for name in dir(nn.Sequential(nn.ReLU())) if name.isdigit()]


def test_replacing_and_deleting() -> None:
    net = Net()
    net.hidden = nn.Linear(3, 5)
    assert names(net.named_children()) == ["hidden", "out"]
    net.scale = None
    assert "scale" not in names(net.named_parameters())
    net.scale = nn.Parameter([1.0])
    assert names(net.named_parameters())[0] == "scale"
    del net.out
    assert names(net.named_children()) == ["hidden"]
    with pytest.raises(AttributeError, match="'Net' object has no attribute 'out'"):
        _ = net.out
    net.mean = nn.Parameter([1.0])  # a buffer's name becomes a parameter
    assert "mean" in names(net.named_parameters()) and "mean" not in names(net.named_buffers())


@pytest.mark.parametrize(
    ("name", "value"),
    [("scale", Tensor([1.0])), ("scale", 1.0), ("hidden", 3), ("hidden", Tensor([1.0])), ("mean", 1.0)],
)
def test_a_registered_name_takes_only_its_kind(name: str, value: Any) -> None:
    net = Net()
    before = getattr(net, name)
    with pytest.raises(TypeError, match=f"cannot assign .*'{name}'"):
        setattr(net, name, value)
    assert getattr(net, name) is before


def test_registering_by_name() -> None:
    net = nn.Module()
    net.register_parameter("w", None)
    net.register_module("child", nn.ReLU())
    assert net.w is None and list(net.parameters()) == []
    with pytest.raises(TypeError, match="'w' must be a Parameter"):
        net.register_parameter("w", Tensor([1.0]))  # type: ignore[arg-type]
    for bad in ("", "a.b", "forward", "w"):
        with pytest.raises(KeyError):
            net.register_buffer(bad, None)
    with pytest.raises(TypeError, match="must be a Module"):
        net.register_module("other", nn.ReLU)  # type: ignore[arg-type]


def test_before_init() -> None:
    class Forgot(nn.Module):
        def __init__(self) -> None:
            self.number = 3
            self.layer = nn.Linear(1, 1)

    class NeverInitialised(nn.Module):
        def __init__(self) -> None:
            self.number = 3

    with pytest.raises(AttributeError, match=r"cannot assign module 'layer' before Forgot has called super\(\)"):
        Forgot()
    with pytest.raises(AttributeError, match=r"must call super\(\).__init__\(\) first"):
        list(NeverInitialised().parameters())


@pytest.mark.parametrize(
    "container",
    [
        lambda: [nn.Linear(1, 1)],
        lambda: (nn.Parameter([1.0]), 3),
        lambda: {"a": nn.Linear(1, 1)},
        lambda: {nn.Linear(1, 1)},
        lambda: [1, [2, {"deep": (nn.Parameter([1.0]),)}]],
    ],
)
def test_plain_containers_that_hide_parameters_are_refused(container: Any) -> None:
    net = nn.Module()
    with pytest.raises(TypeError, match=r"leafgrad\.nn\.(Module|Parameter)List"):
        net.layers = container()
    assert not hasattr(net, "layers")


def test_what_is_appended_later_is_found_out() -> None:
    net = nn.Sequential(nn.ReLU(), nn.Module())
    net[1].layers = []
    net[1].layers.append(nn.Linear(1, 1))
    for ask in (net.state_dict, net.modules, lambda: list(net.parameters())):
        with pytest.raises(TypeError, match="ModuleList"):
            ask()


def test_plain_containers_of_what_is_owned_or_harmless_are_fine() -> None:
    net = Net()
    net.order = [net.out, net.hidden]
    net.settings = {"sizes": (3, 4), "names": ["a"], "tensor": leafgrad.ones(2)}
    loop: list[Any] = [1]
    loop.append(loop)
    net.loop = loop
    assert len(list(net.parameters())) == 4


def test_the_same_module_twice() -> None:
    layer = nn.Linear(2, 2)
    net = nn.Sequential(layer, nn.ReLU(), layer)
    assert len(list(net.parameters())) == 2
    assert len(list(net.modules())) == 3
    assert list(net.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert names(net.named_parameters(remove_duplicate=False)) == list(net.state_dict())
    net(leafgrad.ones(1, 2)).sum().backward()
    assert layer.weight.grad is not None


def test_forward_hooks() -> None:
    layer, seen = nn.Identity(), []
    first = layer.register_forward_pre_hook(lambda m, args: (args[0] + 1,))
    second = layer.register_forward_pre_hook(lambda m, args: args[0] * 10)
    third = layer.register_forward_hook(lambda m, args, out: seen.append((args, out)))
    fourth = layer.register_forward_hook(lambda m, args, out: -out)
    assert layer(1) == -20
    assert seen == [((20,), 20)]
    for handle in (first, fourth):
        handle.remove()
    assert layer(1) == 10
    with second, third:
        pass
    assert layer(1) == 1


def test_hooks_with_keywords_and_order() -> None:
    net, calls = Net(), []
    net.register_forward_hook(lambda m, args, kwargs, out: calls.append(("last", kwargs["shift"])), with_kwargs=True)
    net.register_forward_hook(lambda m, args, out: calls.append("first"), prepend=True)
    net.register_forward_pre_hook(lambda m, args, kwargs: (args, {"shift": kwargs["shift"] + 1}), with_kwargs=True)
    net(leafgrad.ones(1, 3), shift=1.0)
    assert calls == ["first", ("last", 2.0)]


def test_train_eval_apply_and_gradients() -> None:
    net = Net()
    assert net.eval() is net and not any(m.training for m in net.modules())
    assert net.train() is net and all(m.training for m in net.modules())
    with pytest.raises(ValueError, match="train: the mode must be True or False, got 1"):
        net.train(1)  # type: ignore[arg-type]
    visited: list[Any] = []
    assert net.apply(visited.append) is net
    assert visited == [net.hidden, net.out, net]
    net.requires_grad_(False)
    assert not net(leafgrad.ones(1, 3)).requires_grad
    net.requires_grad_()
    net(leafgrad.ones(1, 3)).sum().backward()
    held = net.scale.grad
    net.zero_grad(set_to_none=False)
    assert held is net.scale.grad and held.tolist() == [0.0]
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())


def test_forward_is_required() -> None:
    with pytest.raises(NotImplementedError, match='Module \\[ModuleList\\] is missing the required "forward"'):
        nn.ModuleList([nn.ReLU()])(1)


def test_finding_by_dotted_name() -> None:
    net = nn.Sequential(Net())
    assert net.get_submodule("") is net
    assert net.get_submodule("0.hidden") is net[0].hidden
    assert net.get_parameter("0.hidden.weight") is net[0].hidden.weight
    assert net.get_buffer("0.mean") is net[0].mean
    for missing in ("0.hidden.nothing", "0.mean", "1.weight"):
        with pytest.raises(AttributeError):
            net.get_parameter(missing)
    with pytest.raises(AttributeError, match="not a Module"):
        net.get_submodule("0.scale")


def test_dtypes() -> None:
    net = Net()
    net.register_buffer("count", leafgrad.tensor(3))
    parameters = list(net.parameters())
    net(leafgrad.ones(1, 3)).sum().backward()
    assert net.double() is net
    assert [p is q for p, q in zip(parameters, net.parameters(), strict=True)] == [True] * 4
    assert {t.dtype for t in (*parameters, *[p.grad for p in parameters])} == {np.dtype("float64")}
    assert net.count.dtype == np.int64 and net.mean.dtype == np.float64
    assert net(leafgrad.ones(1, 3, dtype=leafgrad.float64)).dtype == np.float64
    assert net.float().scale.dtype == np.float32 and net.half().scale.dtype == np.float16
    assert net.to(leafgrad.ones(1)).scale.dtype == np.float32 and net.to("cpu") is net
    with pytest.raises(TypeError, match="only floating-point"):
        net.to(leafgrad.int64)


def test_copies_and_pickles() -> None:
    net = Net()
    net.register_forward_hook(hook)
    x = leafgrad.ones(2, 3)
    for other in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert np.array_equal(other(x).detach().numpy(), net(x).detach().numpy())
        assert type(other.scale) is nn.Parameter and other.scale.requires_grad
        assert other.scale is not net.scale
        with leafgrad.no_grad():
            other.scale.fill_(5.0)
        assert net.scale.item() == 2.0
        assert list(other.state_dict()) == list(net.state_dict())
    shallow = copy.copy(net)
    shallow.more = nn.ReLU()
    assert shallow.hidden is net.hidden and names(net.named_children()) == ["hidden", "out"]
    shared = nn.Linear(2, 2)
    twice = copy.deepcopy(nn.Sequential(shared, shared))
    assert twice[0] is twice[1]


def hook(module: Any, args: Any, output: Any) -> None:
    """At module level, so that it can be pickled."""


def test_repr_of_parameters_and_extra_lines() -> None:
    class Extra(nn.Module):
        def extra_repr(self) -> str:
            return "one\ntwo"

    assert repr(Extra()) == "Extra(\n  one\n  two\n)"
    assert repr(nn.Parameter([1.0])) == "Parameter containing:\ntensor([1.], requires_grad=True)"


def test_parameter() -> None:
    array = np.ones(2, np.float64)
    p = nn.Parameter(array)
    assert p.requires_grad and p.is_leaf and p.dtype == np.float64 and p.data is array
    assert type(p + 1) is Tensor and type(p.detach()) is Tensor
    assert not nn.Parameter([1.0], requires_grad=False).requires_grad
    t = leafgrad.ones(2)
    square = (nn.Parameter(t) ** 2).sum()
    t.mul_(2)  # the parameter shares the memory, and the stamp
    with pytest.raises(RuntimeError, match="changed in place"):
        square.backward()


def test_where_to_is_told_as_for_tensors() -> None:
    layer = nn.Linear(2, 1)
    assert layer.to("cpu").to(device="cpu", non_blocking=True).weight.dtype == np.float32
    assert layer.to("cpu", np.float64).weight.dtype == layer.type("float64").bias.dtype == np.float64
    assert layer.to(dtype=leafgrad.float16).weight.dtype == np.float16
    with pytest.raises(RuntimeError, match="leafgrad runs on the CPU"):
        layer.to("cuda")
