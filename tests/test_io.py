"""save and load: what comes back, what is refused, and that a file is whole or not there."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import leafgrad
from leafgrad import nn


def round_trip(obj: Any) -> Any:
    file = io.BytesIO()
    leafgrad.save(obj, file)
    file.seek(0)
    return leafgrad.load(file)


PLAIN = [
    None,
    True,
    -3,
    2**80,
    1.5,
    "häß\n",
    [],
    (),
    {},
    [1, [2.5, (None, "x")], {"a": {"b": []}}],
    {"a": 1, 2: "int", None: 0, True: "bool", 1.5: "float"},
    [float("inf"), float("-inf"), 1e-320],
]


@pytest.mark.parametrize("obj", PLAIN, ids=repr)
def test_plain_values(obj: Any) -> None:
    loaded = round_trip(obj)
    assert loaded == obj and repr(loaded) == repr(obj)
    assert np.isnan(round_trip(float("nan")))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "int64", "bool", "complex64", ">f4"])
@pytest.mark.parametrize("shape", [(), (0, 3), (2, 3)])
def test_arrays_and_tensors(dtype: str, shape: tuple[int, ...]) -> None:
    array = np.arange(np.prod(shape, dtype=int)).astype(dtype).reshape(shape)
    for value in (array, array.T, array[..., ::-1] if shape else array):
        loaded = round_trip({"array": value, "tensor": leafgrad.Tensor(value)})
        assert type(loaded["array"]) is np.ndarray and type(loaded["tensor"]) is leafgrad.Tensor
        for a in (loaded["array"], loaded["tensor"].data):
            assert a.dtype == value.dtype and a.shape == value.shape and np.array_equal(a, value)
    scalar = round_trip(np.float64(0.1))
    assert type(scalar) is np.float64 and scalar == 0.1


def test_flags_and_shared_memory() -> None:
    p = nn.Parameter([1.0, 2.0])
    state = {"p": p, "detached": p.detach(), "result": p * 2, "half": p.detach()[:1]}
    loaded = round_trip(state)
    assert [t.requires_grad for t in loaded.values()] == [True, False, True, False]
    assert all(t.is_leaf for t in loaded.values()) and type(loaded["p"]) is leafgrad.Tensor
    loaded["detached"].fill_(5.0)
    assert loaded["p"].tolist() == [5.0, 5.0] and loaded["result"].tolist() == [2.0, 4.0]


def test_a_model_comes_back(tmp_path: Path) -> None:
    layer = nn.Linear(2, 2)
    model, other = nn.Sequential(layer, layer), nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    leafgrad.save(model.state_dict(), tmp_path / "model")
    other.load_state_dict(leafgrad.load(str(tmp_path / "model")))
    x = leafgrad.ones(3, 2)
    assert np.array_equal(model(x).detach().numpy(), other(x).detach().numpy())


def test_the_file_is_what_the_documentation_says(tmp_path: Path) -> None:
    path = tmp_path / "state"
    leafgrad.save({"w": leafgrad.tensor([1.0, 2.0])}, path)
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["leafgrad.json", "arrays/0.npy"]
        index = json.loads(archive.read("leafgrad.json"))
        assert np.load(io.BytesIO(archive.read("arrays/0.npy"))).tolist() == [1.0, 2.0]
    assert index["value"] == {"dict": [["w", {"tensor": 0, "requires_grad": False}]]}
    again = tmp_path / "again"
    leafgrad.save({"w": leafgrad.tensor([1.0, 2.0])}, again)
    assert path.read_bytes() == again.read_bytes()


@pytest.mark.parametrize(
    ("obj", "message"),
    [
        (nn.Linear(1, 1), r"the object is a Linear.*; save its state_dict\(\)"),
        ({"a": [1, {2}]}, r"the object\['a'\]\[1\] is a set"),
        ({(1, 2): 3}, "a key of the object is a tuple"),
        ({"x": np.array(["text"])}, r"the object\['x'\] is an array of <U4"),
        (np.array([object()]), "array of object"),
        (print, "builtin_function_or_method"),
    ],
)
def test_what_cannot_be_saved(obj: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(TypeError, match=f"save: .*{message}"):
        leafgrad.save(obj, tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_save_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state"
    leafgrad.save([1], path)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(np.lib.format, "write_array", fail)
    with pytest.raises(OSError, match="disk full"):
        leafgrad.save([np.ones(3)], path)
    assert leafgrad.load(path) == [1] and list(tmp_path.iterdir()) == [path]
    with pytest.raises(FileNotFoundError, match="save: there is no folder"):
        leafgrad.save([1], tmp_path / "nowhere" / "state")


def test_missing_foreign_and_damaged_files(tmp_path: Path) -> None:
    path = tmp_path / "state"
    with pytest.raises(FileNotFoundError, match="load: there is no file"):
        leafgrad.load(path)
    leafgrad.save({"w": np.arange(1000.0)}, path)
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    foreign = io.BytesIO()
    np.savez(foreign, a=np.ones(2))
    newer = io.BytesIO()
    with zipfile.ZipFile(newer, "w") as archive:
        archive.writestr("leafgrad.json", json.dumps({"format": "leafgrad", "version": 99, "value": None}))
    truncated = (b"", whole[:-1], whole[: len(whole) // 2])
    for content in (*truncated, b"hello", bytes(flipped), foreign.getvalue(), newer.getvalue()):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"load: .*state' is damaged, or was not written by this leafgrad's save"):
            leafgrad.load(path)


def test_no_pickle_is_ever_read(tmp_path: Path) -> None:
    array = io.BytesIO()
    np.save(array, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    path = tmp_path / "state"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("leafgrad.json", json.dumps({"format": "leafgrad", "version": 1, "value": {"array": 0}}))
        archive.writestr("arrays/0.npy", array.getvalue())
    with pytest.raises(ValueError, match="allow_pickle"):
        leafgrad.load(path)
