"""Sequential, and the lists and dicts whose modules and parameters are registered."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, Self, TypeVar

from leafgrad.nn.module import Module, described, indented
from leafgrad.nn.parameter import Parameter
from leafgrad.nn.registry import MODULE, PARAMETER, owned

T = TypeVar("T")


class Listing(Module, Generic[T]):
    """A list whose items are registered under their positions, or under the names they came with."""

    _role: str

    def __init__(self, items: Iterable[T] = ()) -> None:
        super().__init__()
        self.extend(items)

    def _checked(self, item: Any) -> T:
        if isinstance(item, Module):
            return item  # type: ignore[return-value]
        what = f"the class {item.__name__} itself; call it" if isinstance(item, type) else type(item).__name__
        raise TypeError(f"{type(self).__name__}: expected modules, got {what}")

    def _named(self) -> list[tuple[str, T]]:
        return owned(self, self._role)

    def _rebuild(self, named: list[tuple[str, T]]) -> None:
        """Register exactly these, in this order; names that are numbers become the positions."""
        for name, _ in self._named():
            delattr(self, name)
        for position, (name, item) in enumerate(named):
            setattr(self, str(position) if name.isdigit() else name, item)

    def __len__(self) -> int:
        return len(self._named())

    def __iter__(self) -> Iterator[T]:
        return iter([item for _, item in self._named()])

    def __contains__(self, item: object) -> bool:
        return any(item is each for each in self)

    def _position(self, index: Any) -> int:
        position, n = operator.index(index), len(self)
        if not -n <= position < n:
            raise IndexError(f"{type(self).__name__}: index {position} is out of range for {n} items")
        return position % n

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return self._sliced(self._named()[index])
        return self._named()[self._position(index)][1]

    def _sliced(self, named: list[tuple[str, T]]) -> Self:
        return type(self)(item for _, item in named)

    def __setitem__(self, index: int, item: T) -> None:
        name, _ = self._named()[self._position(index)]
        setattr(self, name, self._checked(item))

    def __delitem__(self, index: int | slice) -> None:
        named = self._named()
        del named[index if isinstance(index, slice) else self._position(index)]
        self._rebuild(named)

    def append(self, item: T) -> Self:
        """Add an item at the end; returns the container."""
        setattr(self, str(len(self)), self._checked(item))
        return self

    def extend(self, items: Iterable[T]) -> Self:
        """Add items at the end; returns the container."""
        for item in [self._checked(each) for each in items]:
            self.append(item)
        return self

    def insert(self, index: int, item: T) -> Self:
        """Put an item before the one at `index`; returns the container."""
        named = self._named()
        if not -len(named) <= index <= len(named):
            raise IndexError(f"{type(self).__name__}: index {index} is out of range for {len(named)} items")
        named.insert(index, ("0", self._checked(item)))
        self._rebuild(named)
        return self

    def pop(self, index: int | slice = -1) -> T:
        """Take an item away, and return it."""
        item = self[index]
        del self[index]
        return item  # type: ignore[no-any-return]

    def __add__(self, other: Iterable[T]) -> Self:
        return type(self)([*self, *other])

    def __iadd__(self, other: Iterable[T]) -> Self:
        return self.extend(other)


class Sequential(Listing[Module]):
    """Modules called one after the other, given one by one or as a dict of names.

    >>> import leafgrad
    >>> from leafgrad import nn
    >>> model = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
    >>> model
    Sequential(
      (0): Linear(in_features=4, out_features=3, bias=True)
      (1): ReLU()
      (2): Linear(in_features=3, out_features=2, bias=True)
    )
    >>> model(leafgrad.ones(5, 4)).shape, len(model[1:])
    ((5, 2), 2)
    """

    _role = MODULE

    def __init__(self, *modules: Any) -> None:
        if len(modules) == 1 and isinstance(modules[0], Mapping):
            super().__init__()
            for name, module in modules[0].items():
                self.register_module(name, self._checked(module))
        else:
            super().__init__(modules)

    def _sliced(self, named: list[tuple[str, Module]]) -> Self:
        return type(self)(dict(named))

    def __add__(self, other: Iterable[Module]) -> Self:
        return type(self)(*self, *other)

    def forward(self, input: Any) -> Any:
        for module in self:
            input = module(input)
        return input


class ModuleList(Listing[Module]):
    """A list of modules, each registered; it has no `forward` of its own.

    >>> from leafgrad import nn
    >>> nn.ModuleList(nn.Linear(2, 2) for _ in range(3))
    ModuleList(
      (0-2): 3 x Linear(in_features=2, out_features=2, bias=True)
    )
    """

    _role = MODULE

    def __repr__(self) -> str:
        blocks: list[tuple[int, str]] = []  # the position where each run of equal items begins
        for position, text in enumerate(map(repr, self)):
            if not blocks or blocks[-1][1] != text:
                blocks.append((position, text))
        ends = [start - 1 for start, _ in blocks[1:]] + [len(self) - 1]
        lines = [
            indented(f"({start}): {text}" if start == end else f"({start}-{end}): {end - start + 1} x {text}")
            for (start, text), end in zip(blocks, ends, strict=False)
        ]
        return described(type(self).__name__, [], lines)


class ParameterList(Listing[Parameter]):
    """A list of parameters, each registered; tensors and arrays become parameters.

    >>> import leafgrad
    >>> from leafgrad import nn
    >>> weights = nn.ParameterList([leafgrad.ones(2), leafgrad.zeros(3)])
    >>> [name for name, _ in weights.named_parameters()]
    ['0', '1']
    """

    _role = PARAMETER

    def _checked(self, item: Any) -> Parameter:
        return item if isinstance(item, Parameter) else Parameter(item)

    def extra_repr(self) -> str:
        return _parameter_lines(self._named())


class Named(Module, Generic[T]):
    """A dict whose values are registered under their keys."""

    _role: str

    def __setitem__(self, key: str, value: Any) -> None:
        raise NotImplementedError  # what may be a value, each subclass says

    def __init__(self, items: Mapping[str, T] | Iterable[tuple[str, T]] = ()) -> None:
        super().__init__()
        self.update(items)

    def __getitem__(self, key: str) -> T:
        if self._roles.get(key) != self._role:
            raise KeyError(key)
        return self.__dict__[key]  # type: ignore[no-any-return]

    def __delitem__(self, key: str) -> None:
        self[key]
        delattr(self, key)

    def __len__(self) -> int:
        return len(owned(self, self._role))

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __contains__(self, key: object) -> bool:
        return key in self.keys()

    def keys(self) -> list[str]:
        """The names, in order of registration."""
        return [name for name, _ in self.items()]

    def values(self) -> list[T]:
        """What is registered, in order."""
        return [value for _, value in self.items()]

    def items(self) -> list[tuple[str, T]]:
        """The names with what is registered under them."""
        return owned(self, self._role)

    def get(self, key: str, default: Any = None) -> Any:
        """The value registered under that key, or the default."""
        return dict(self.items()).get(key, default)

    def pop(self, key: str) -> T:
        """Take a value away, and return it."""
        value = self[key]
        del self[key]
        return value

    def clear(self) -> None:
        """Take all values away."""
        for key in self.keys():
            del self[key]

    def update(self, items: Mapping[str, T] | Iterable[tuple[str, T]]) -> None:
        """Set several values, of a dict or of pairs."""
        for key, value in items.items() if isinstance(items, Mapping | Named) else items:
            self[key] = value


class ModuleDict(Named[Module]):
    """A dict of modules, each registered under its key.

    >>> from leafgrad import nn
    >>> nn.ModuleDict({"act": nn.ReLU(), "out": nn.Linear(2, 1)})
    ModuleDict(
      (act): ReLU()
      (out): Linear(in_features=2, out_features=1, bias=True)
    )
    """

    _role = MODULE

    def __setitem__(self, key: str, value: Any) -> None:
        self.register_module(key, value)


class ParameterDict(Named[Parameter]):
    """A dict of parameters, each registered under its key; tensors and arrays become parameters.

    >>> import leafgrad
    >>> from leafgrad import nn
    >>> list(nn.ParameterDict({"scale": leafgrad.ones(2)}).state_dict())
    ['scale']
    """

    _role = PARAMETER

    def __setitem__(self, key: str, value: Any) -> None:
        self.register_parameter(key, value if isinstance(value, Parameter) else Parameter(value))

    def extra_repr(self) -> str:
        return _parameter_lines(self.items())


def _parameter_lines(named: list[tuple[str, Parameter]]) -> str:
    return "\n".join(
        f"  ({name}): Parameter containing: [{p.dtype} of size {'x'.join(map(str, p.shape))}]" for name, p in named
    )
