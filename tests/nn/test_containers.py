"""Sequential, ModuleList, ModuleDict, ParameterList, ParameterDict."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import pytest

import leafgrad
from leafgrad import nn


class Tag(nn.Module):
    def __init__(self, tag: str) -> None:
        super().__init__()
        self.tag = tag

    def forward(self, x: Any) -> Any:
        return x + self.tag


def tags(text: str) -> list[Tag]:
    return [Tag(letter) for letter in text]


def text(container: Any) -> str:
    return "".join(module.tag for module in container)


def keys(container: nn.Module) -> list[str]:
    return [name for name, _ in container.named_children()]


@pytest.fixture(params=[lambda s: nn.Sequential(*tags(s)), lambda s: nn.ModuleList(tags(s))])
def make(request: Any) -> Any:
    return request.param


def test_indexing(make: Any) -> None:
    c = make("abcd")
    assert len(c) == 4 and c[0].tag == "a" and c[-1].tag == "d" and c[1] in c and Tag("a") not in c
    assert type(c[1:3]) is type(c) and text(c[1:3]) == "bc" and text(c[::-2]) == "db"
    for bad in (4, -5):
        with pytest.raises(IndexError, match=f"index {bad} is out of range for 4 items"):
            c[bad]


def test_changing(make: Any) -> None:
    c = make("abcd")
    c[1] = Tag("B")
    assert c.append(Tag("e")) is c and c.extend(tags("fg")) is c
    c.insert(0, Tag("_"))
    c.insert(-1, Tag("x"))
    assert text(c) == "_aBcdefxg" and keys(c) == [str(i) for i in range(9)]
    assert c.pop().tag == "g" and c.pop(0).tag == "_"
    del c[-1]
    del c[1:3]
    assert text(c) == "adef" and keys(c) == ["0", "1", "2", "3"]
    both = c + make("yz")
    assert text(both) == "adefyz" and text(c) == "adef" and type(both) is type(c)
    c += make("!")
    assert text(c) == "adef!"


def test_only_modules(make: Any) -> None:
    c = make("ab")
    for bad in (lambda x: x, nn.ReLU, None, 3):
        for attempt in (lambda: c.append(bad), lambda: c.extend([Tag("c"), bad]), lambda: c.insert(0, bad)):  # noqa: B023
            with pytest.raises(TypeError, match="expected modules, got"):
                attempt()
        with pytest.raises(TypeError):
            c[0] = bad
    assert text(c) == "ab"
    with pytest.raises(TypeError, match="expected modules, got the class ReLU itself; call it"):
        nn.Sequential(nn.ReLU)
    for index in (3, -3):
        with pytest.raises(IndexError):
            c.insert(index, Tag("c"))


def test_sequential_runs_and_takes_names() -> None:
    c = nn.Sequential(OrderedDict(first=Tag("a"), second=Tag("b")))
    assert c("-") == "-ab" and keys(c) == ["first", "second"] and c.first.tag == "a"
    assert keys(c[1:]) == ["second"]
    assert keys(nn.Sequential({"x": Tag("x")})) == ["x"]
    c.append(Tag("c"))
    del c[0]
    assert keys(c) == ["second", "1"] and c("") == "bc"
    assert nn.Sequential()(5) == 5
    with pytest.raises(KeyError, match="already has an attribute 'append'"):
        nn.Sequential({"append": Tag("x")})


def test_module_list_runs_of_equal_items() -> None:
    layers = nn.ModuleList([nn.ReLU(), nn.ReLU(), nn.Tanh(), nn.Sequential(nn.ReLU())])
    lines = ["ModuleList(", "  (0-1): 2 x ReLU()", "  (2): Tanh()", "  (3): Sequential(", "    (0): ReLU()", "  )", ")"]
    assert repr(layers).split("\n") == lines
    assert repr(nn.ModuleList()) == "ModuleList()"


def test_module_dict() -> None:
    d = nn.ModuleDict({"a": Tag("a")})
    d["b"] = Tag("b")
    d.update([("c", Tag("c"))])
    d.update(nn.ModuleDict({"d": Tag("d")}))
    assert list(d) == d.keys() == ["a", "b", "c", "d"] and len(d) == 4 and "b" in d and "z" not in d
    assert [m.tag for m in d.values()] == list("abcd") and d.get("z", 0) == 0
    assert d.pop("b").tag == "b"
    del d["a"]
    assert [name for name, _ in d.items()] == ["c", "d"]
    for action in (lambda: d["a"], lambda: d.pop("a"), lambda: d["training"]):
        with pytest.raises(KeyError):
            action()
    with pytest.raises(TypeError, match="must be a Module"):
        d["e"] = 3
    with pytest.raises(KeyError, match="already has an attribute 'keys'"):
        d["keys"] = Tag("k")
    d.clear()
    assert len(d) == 0


def test_parameter_list_and_dict() -> None:
    p = nn.ParameterList([leafgrad.ones(2), nn.Parameter([1.0])])
    p.append(leafgrad.zeros(3))
    assert len(list(p.parameters())) == 3 and all(type(each) is nn.Parameter for each in p)
    assert repr(p[1:]).split("\n") == [
        "ParameterList(",
        "    (0): Parameter containing: [float32 of size 1]",
        "    (1): Parameter containing: [float32 of size 3]",
        ")",
    ]
    d = nn.ParameterDict({"w": leafgrad.ones(2, 3)})
    d["b"] = nn.Parameter([1.0])
    assert list(d.state_dict()) == ["w", "b"] and d["w"].requires_grad
    assert repr(nn.ParameterDict({"w": d["w"]})) == "ParameterDict(  (w): Parameter containing: [float32 of size 2x3])"
