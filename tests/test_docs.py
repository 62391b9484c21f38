"""Every public name has a docstring with an example; that the examples run is pytest's to see."""

from __future__ import annotations

import functools
import inspect
from typing import Any

import leafgrad
from leafgrad.tensor import Tensor

SPACES = {
    "leafgrad": leafgrad,
    "nn.functional": leafgrad.nn.functional,
    "linalg": leafgrad.linalg,
    "fft": leafgrad.fft,
    "special": leafgrad.special,
    "func": leafgrad.func,
    "nn": leafgrad.nn,
    "Tensor": Tensor,
}

#: Without an example: what cannot be shown in a line, and what is documented under another name.
WITHOUT = """
leafgrad: Node Out ShapeError alias_copy inference_mode is_anomaly_check_nan_enabled like operand operands seed
  set_default_dtype set_float32_matmul_precision set_rng_state use_deterministic_algorithms
linalg: LinAlgError
nn: RNNBase RNNCellBase
Tensor: cpu data_ptr dim item mark_written ndimension normal_ numpy polygamma register_post_accumulate_grad_hook
  retain_grad size stamp tolist uniform_ where
"""


def allowed() -> set[str]:
    names, space = set(), ""
    for word in WITHOUT.split():
        if word.endswith(":"):
            space = word[:-1]
        else:
            names.add(f"{space}.{word}")
    return names


def public(space: Any) -> dict[str, Any]:
    """The functions and classes of leafgrad's that it gives; no properties, and no attributes of a tensor."""
    names = getattr(space, "__all__", None) or [name for name in dir(space) if not name.startswith("_")]
    given = {name: inspect.getattr_static(space, name, None) or getattr(space, name) for name in names}
    return {
        name: f
        for name, f in given.items()
        if (inspect.isfunction(f) or inspect.isclass(f) or isinstance(f, functools.partial))
        and getattr(getattr(f, "func", f), "__module__", "").startswith("leafgrad")
    }


def documented(space: Any, name: str, f: Any) -> bool:
    """With an example of its own, or that of the function of which it is the in-place or the copying twin."""
    plain = {name.removesuffix("_"), name.removesuffix("_copy")} - {name}
    twin = any(hasattr(space, each) or hasattr(Tensor, each) for each in plain)
    return twin or ">>>" in (getattr(f, "func", f).__doc__ or "")


def test_every_public_name_has_an_example() -> None:
    missing = {
        f"{space}.{name}"
        for space, module in SPACES.items()
        for name, f in public(module).items()
        if not documented(module, name, f)
    }
    assert missing - allowed() == set(), "without an example"
    assert allowed() - missing == set(), "with an example now; take them from the list"


def test_every_public_name_has_a_docstring() -> None:
    for space, module in SPACES.items():
        for name, f in public(module).items():
            assert getattr(f, "func", f).__doc__, f"{space}.{name}"
