"""`save` and `load`: state dicts in a file that is safe to read, and that other tools can read too.

The file is a ZIP archive. `leafgrad.json` holds the structure and `arrays/N.npy` the arrays, in NumPy's
own format. Nothing in it is code: no pickle is written or read. In the JSON, a value is

    null, true, 1, "text"                   itself (NaN and the infinities as {"float": "nan"})
    {"list": [...]}, {"tuple": [...]}       a sequence of values
    {"dict": [[key, value], ...]}           a dict, in order; keys are strings, numbers, bools or None
    {"array": N}, {"scalar": N}             a NumPy array or scalar
    {"tensor": N, "requires_grad": false}   a tensor

Arrays that are one in memory are saved once, and are one in memory when loaded.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from math import isfinite
from typing import IO, Any

import numpy as np

from leafgrad.node import Array
from leafgrad.options import device
from leafgrad.tensor import Tensor, wrap

FORMAT = "leafgrad"
VERSION = 1
INDEX = "leafgrad.json"


def save(obj: Any, f: str | os.PathLike[str] | IO[bytes]) -> None:
    """Write nested dicts, lists and tuples of tensors, arrays, numbers, strings, bools and None.

    `f` is a path, whose file is replaced only once the new one is complete, or a binary file. A
    Parameter comes back as a Tensor. A TypeError for anything else: of a module, save the `state_dict()`.

    >>> import io, leafgrad
    >>> file = io.BytesIO()
    >>> save({"epoch": 3, "w": leafgrad.tensor([1.0, 2.0])}, file)
    >>> _ = file.seek(0)
    >>> load(file)
    {'epoch': 3, 'w': tensor([1., 2.])}
    """
    arrays: dict[Any, tuple[int, Array]] = {}
    tree = _described(obj, arrays, "the object")
    if isinstance(f, str | os.PathLike):
        with _replacing(os.fspath(f)) as file:
            _write(file, tree, [array for _, array in arrays.values()])
    else:
        _write(f, tree, [array for _, array in arrays.values()])


def load(f: str | os.PathLike[str] | IO[bytes], map_location: Any = None, *, weights_only: bool = True) -> Any:
    """What `save` wrote. A FileNotFoundError without a file, a ValueError for one that is not whole or not ours.

    `map_location` may name the CPU, where everything is, and `weights_only` changes nothing: no file holds code.

    >>> load("nowhere.leafgrad")
    Traceback (most recent call last):
    ...
    FileNotFoundError: load: there is no file 'nowhere.leafgrad'
    """
    if isinstance(map_location, str):
        device(map_location)
    if not isinstance(f, str | os.PathLike):
        return _read(f, "the file")
    path = os.fspath(f)
    try:
        file = open(path, "rb")  # noqa: SIM115 - so that only opening it is tried
    except FileNotFoundError:
        raise FileNotFoundError(f"load: there is no file {path!r}") from None
    with file:
        return _read(file, repr(path))


def _described(obj: Any, arrays: dict[Any, tuple[int, Array]], where: str) -> Any:
    """The object as JSON, its arrays put aside."""
    if obj is None or isinstance(obj, str | bool):
        return obj
    if isinstance(obj, Tensor):
        return {"tensor": _put_aside(obj.data, arrays, where), "requires_grad": obj.requires_grad}
    if isinstance(obj, np.ndarray):
        return {"array": _put_aside(obj, arrays, where)}
    if isinstance(obj, np.generic):
        return {"scalar": _put_aside(np.asarray(obj), arrays, where)}
    if isinstance(obj, int):
        return int(obj)
    if isinstance(obj, float):
        return float(obj) if isfinite(obj) else {"float": str(float(obj))}
    if isinstance(obj, list | tuple):
        kind = "list" if isinstance(obj, list) else "tuple"
        return {kind: [_described(item, arrays, f"{where}[{i}]") for i, item in enumerate(obj)]}
    if isinstance(obj, dict):
        for key in obj:
            if not (key is None or isinstance(key, str | bool | int | float)):
                raise TypeError(f"save: a key of {where} is a {type(key).__name__}; use strings or numbers")
        pairs = [[_described(k, arrays, where), _described(v, arrays, f"{where}[{k!r}]")] for k, v in obj.items()]
        return {"dict": pairs}
    remedy = "; save its state_dict()" if hasattr(obj, "state_dict") else ""
    raise TypeError(
        f"save: {where} is a {type(obj).__name__}, which is not a tensor, array, number, string, bool, None, "
        f"list, tuple or dict{remedy}"
    )


def _put_aside(array: Array, arrays: dict[Any, tuple[int, Array]], where: str) -> int:
    """The number under which the array will be saved; one memory has one number."""
    if array.dtype.kind not in "fiubc":
        raise TypeError(f"save: {where} is an array of {array.dtype}; only numbers and bools can be saved")
    key = (array.__array_interface__["data"][0], array.shape, array.strides, array.dtype)
    return arrays.setdefault(key, (len(arrays), array))[0]


def _write(file: IO[bytes], tree: Any, arrays: list[Array]) -> None:
    import json
    from zipfile import ZipFile, ZipInfo

    index = json.dumps({"format": FORMAT, "version": VERSION, "value": tree}, allow_nan=False)
    with ZipFile(file, "w") as archive:
        archive.writestr(ZipInfo(INDEX), index)  # a ZipInfo without a date: equal content, equal bytes
        for i, array in enumerate(arrays):
            with archive.open(ZipInfo(f"arrays/{i}.npy"), "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, array, allow_pickle=False)


@contextmanager
def _replacing(path: str) -> Iterator[IO[bytes]]:
    """A file beside `path` that takes its place at the end, and is removed if that is not reached."""
    path = os.path.realpath(path)
    beside = f"{path}.{os.urandom(4).hex()}.part"
    try:
        file = open(beside, "xb")  # noqa: SIM115 - closed before it is moved
    except FileNotFoundError:
        raise FileNotFoundError(f"save: there is no folder {os.path.dirname(path)!r}") from None
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise


def _read(file: IO[bytes], name: str) -> Any:
    import json
    import zlib
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(file) as archive:
            index = json.loads(archive.read(INDEX))
            if index["format"] != FORMAT or index["version"] > VERSION:
                raise ValueError(f"its format is {index['format']!r}, version {index['version']}")
            arrays = {}
            for entry in archive.namelist():
                if entry.startswith("arrays/"):
                    with archive.open(entry) as stream:
                        number = int(entry.removeprefix("arrays/").removesuffix(".npy"))
                        arrays[number] = np.lib.format.read_array(stream, allow_pickle=False)
            return _restored(index["value"], arrays)
    except (BadZipFile, zlib.error, EOFError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"load: {name} is damaged, or was not written by this leafgrad's save ({error})") from error


def _restored(tree: Any, arrays: dict[int, Array]) -> Any:
    """The object that `_described` described."""
    if not isinstance(tree, dict):
        return tree
    if "tensor" in tree:
        return wrap(arrays[tree["tensor"]]).requires_grad_(tree["requires_grad"])
    ((kind, content),) = tree.items()
    if kind in ("array", "scalar"):
        return arrays[content] if kind == "array" else arrays[content][()]
    if kind == "float":
        return float(content)
    if kind == "dict":
        return {_restored(k, arrays): _restored(v, arrays) for k, v in content}
    if kind in ("list", "tuple"):
        items = [_restored(item, arrays) for item in content]
        return items if kind == "list" else tuple(items)
    raise ValueError(f"unknown kind of value {kind!r}")
