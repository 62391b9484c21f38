"""PyTorch's own samples of its operators (`op_db`), run by leafgrad and by PyTorch side by side.

Each entry of `op_db` knows many ways to call one operator: sizes of 0 and 1, broadcast pairs, every
keyword, and calls that must raise. Here every call is made with both libraries, on the same numbers,
and the values, dtypes, gradients and second derivatives are compared.

    python -m tests.parity.samples add linalg.inv       one line for each, and what disagrees
    python -m tests.parity.samples --all                the whole table
"""

from __future__ import annotations

import argparse
import functools
import random
import types
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

import leafgrad

torch = pytest.importorskip("torch")
pytest.importorskip("expecttest")  # which PyTorch's testing imports, and does not bring
from torch.testing._internal.common_methods_invocations import op_db

DTYPES = ("float64", "float32", "int64", "bool", "int32", "uint8", "float16", "complex128")

#: Relative and absolute, for values; derivatives get ten times as much.
TOLERANCE = {"float64": (1e-9, 1e-11), "float32": (2e-5, 2e-5), "float16": (5e-3, 5e-3), "complex64": (2e-5, 2e-5), "complex128": (1e-9, 1e-11)}

#: Operators whose values are random or whatever was in memory: only shapes and dtypes can agree.
UNDETERMINED = frozenset(
    ["empty", "empty_like", "empty_permuted", "empty_strided", "new_empty", "new_empty_strided", "bernoulli", "cauchy", "exponential", "geometric", "log_normal", "multinomial", "normal", "rand_like", "randint", "randint_like", "randn", "randn_like", "uniform"]
)

#: Operators that draw random numbers in some of their calls: those where PyTorch's values depend on its seed.
DRAWING = frozenset(f"nn.functional.{name}" for name in ["alpha_dropout", "dropout", "dropout2d", "dropout3d", "feature_alpha_dropout", "fractional_max_pool2d", "fractional_max_pool3d", "multi_head_attention_forward", "rrelu", "scaled_dot_product_attention"])

INFOS = {info.full_name: info for info in op_db}


class Missing(Exception):
    """leafgrad has no operation of that name."""


@dataclass
class Report:
    """What came of one operator's samples."""

    name: str
    agreed: int = 0
    wrong: list[str] = field(default_factory=list)
    missing: str = ""

    def __str__(self) -> str:
        if self.missing:
            return f"{self.name}: missing ({self.missing})"
        return f"{self.name}: {self.agreed} agree, {len(self.wrong)} do not"


def compare(name: str, dtype: str = "float64", *, layout: str = "as given", orders: int = 2, limit: int = 10_000, largest: float = float("inf")) -> Report:
    """Make the sample calls of the operator with both libraries: a choice of `limit`, none with an array larger than given."""
    info, report = INFOS[name], Report(f"{name} [{dtype}]")
    torch_dtype = getattr(torch, dtype)
    if torch_dtype not in info.dtypes:
        return report
    try:
        ours_op = ours(info.op, info)
    except Missing as missing:
        report.missing = str(missing)
        return report
    differentiable = info.supports_autograd and (torch_dtype.is_floating_point or torch_dtype.is_complex)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.manual_seed(0)
        try:
            samples = list(info.sample_inputs("cpu", torch_dtype, requires_grad=differentiable))
        except (RuntimeError, AssertionError, NotImplementedError):  # needs another device
            return report
        samples = [s for s in samples if all(_size(value) <= largest for value in _flat([s.input, *s.args, s.kwargs]))]
        samples = random.Random(0).sample(samples, limit) if limit < len(samples) else samples
        if dtype == "float64" and layout == "as given":
            samples += [error.sample_input for error in _error_inputs(info)]
        for sample in [s for s in samples if all(map(_has_a_place, _flat([s.input, *s.args, s.kwargs])))]:
            call = (sample.input, *sample.args)
            shown = f"{_show(call)} {_show(sample.kwargs)}"
            try:
                differs = _differ(info, ours_op, call, sample.kwargs, layout, orders, sample.output_process_fn_grad)
            except Missing as missing:
                differs = f"missing: {missing}"
            if differs:
                report.wrong.append(f"{differs}\n        {shown}")
            else:
                report.agreed += 1
    return report


def _size(value: Any) -> int:
    return value.numel() if isinstance(value, torch.Tensor) else 0


def _has_a_place(value: Any) -> bool:
    """Whether NumPy can hold it: of a tensor, one with data, at most 64 dimensions, and a dtype other than bfloat16."""
    if isinstance(value, torch.Tensor):
        return not value.is_meta and value.ndim <= 64 and _has_a_place(value.dtype)
    return value not in (torch.bfloat16, torch.complex32) if isinstance(value, torch.dtype) else True


def faces_missing(name: str) -> list[str]:
    """The method and the in-place method that PyTorch has for this operator, and leafgrad has not."""
    info = INFOS[name]
    wanted = [getattr(made, "__name__", "") for made in (info.get_method(), info.get_inplace()) if made is not None]
    return [f"Tensor.{method}" for method in wanted if method and method != "<lambda>" and not hasattr(leafgrad.Tensor, method)]


def _error_inputs(info: Any) -> Iterator[Any]:
    """Calls that must raise; some of the table's need a device or a feature of the test runner."""
    if info.error_inputs_func is not None:
        try:
            yield from info.error_inputs("cpu")
        except Exception:
            return


def ours(op: Any, info: Any = None) -> Any:
    """What leafgrad has in the place of a function of PyTorch's, or of a wrapper written around one."""
    if isinstance(op, functools.partial):
        return functools.partial(ours(op.func), *ours_value(op.args), **ours_value(op.keywords))
    name, module = getattr(op, "__name__", ""), getattr(op, "__module__", None) or ""
    if (isinstance(op, types.FunctionType) and not module.startswith(("torch.nn", "torch.signal")) and not module.startswith(("torch.functional", "torch.masked", "torch._"))) or (
        isinstance(op, types.FunctionType) and module.startswith("torch.testing")
    ):
        names = {**op.__globals__, "torch": leafgrad}
        return types.FunctionType(op.__code__, names, name, op.__defaults__, _cells(op.__closure__))
    path = (info.name if info is not None else name).split(".")
    if info is not None and path[-1].startswith("__") and hasattr(leafgrad.Tensor, path[-1]):
        return getattr(leafgrad.Tensor, path[-1])
    for start in (leafgrad, leafgrad.nn.functional, leafgrad.Tensor, getattr(leafgrad, "special", None), getattr(leafgrad, "linalg", None)):
        found = start
        for part in path:
            found = getattr(found, part, None)
        if callable(found):
            return found
    raise Missing(".".join(path))


def _cells(closure: Any) -> Any:
    return closure and tuple(types.CellType(ours(c.cell_contents) if isinstance(c.cell_contents, types.FunctionType | types.BuiltinFunctionType) else c.cell_contents) for c in closure)


def ours_value(value: Any, layout: str = "as given") -> Any:
    """The same argument for leafgrad: tensors with their strides, dtypes by name, containers alike."""
    if isinstance(value, torch.Tensor):
        return _tensor(value, layout)
    if isinstance(value, torch.dtype):
        named = getattr(leafgrad, str(value).removeprefix("torch."), None)
        if named is None:
            raise Missing(str(value))
        return named
    if isinstance(value, torch.Size):
        return tuple(value)
    if isinstance(value, torch.nn.Module):  # as it is made by default
        return getattr(leafgrad.nn, type(value).__name__)()
    if isinstance(value, torch.device):
        return str(value)
    if isinstance(value, dict):
        return {k: ours_value(v, layout) for k, v in value.items()}
    if isinstance(value, list | tuple):
        made = [ours_value(v, layout) for v in value]
        return type(value)(*made) if hasattr(value, "_fields") else type(value)(made)
    return value


def _tensor(t: Any, layout: str) -> Any:
    a = t.numpy(force=True)
    if layout == "as given" or a.ndim == 0:
        memory = torch.as_strided(t.detach(), (t.untyped_storage().nbytes() // t.itemsize,), (1,), 0).numpy(force=True)
        held = np.lib.stride_tricks.as_strided(memory.copy()[t.storage_offset() :], a.shape, a.strides)
    elif layout == "negative strides":
        held = np.flip(np.flip(a).copy())
    else:  # every second element of a larger array
        held = np.zeros(tuple(2 * n for n in a.shape), a.dtype)[tuple(slice(None, None, 2) for _ in a.shape)]
        held[...] = a
    made = leafgrad.from_numpy(held)
    return made.requires_grad_() if t.requires_grad else made


def _differ(info: Any, ours_op: Any, call: Any, kwargs: Any, layout: str, orders: int, comparable: Any) -> str | None:
    """What differs between the two libraries in one call, or None; `comparable` takes away signs of no meaning."""
    our_call, our_kwargs = ours_value(call, layout), ours_value(kwargs, layout)
    leafgrad.manual_seed(0)
    try:
        torch.manual_seed(0)
        theirs_made = comparable(info.op(*call, **kwargs))
    except Exception as error:
        theirs_made = error
    try:
        ours_made = ours(comparable)(ours_op(*our_call, **our_kwargs))
    except Missing:
        raise
    except Exception as error:
        if isinstance(theirs_made, Exception):
            return None
        return f"raises {type(error).__name__}: {str(error)[:300]}"
    if isinstance(theirs_made, Exception):
        return f"does not raise; PyTorch: {type(theirs_made).__name__}: {str(theirs_made)[:200]}"
    if info.name in UNDETERMINED or (info.name in DRAWING and _draws(info, call, kwargs, theirs_made)):
        return _values_differ(_flat(theirs_made), _flat(ours_made), 0, values=False)
    leaves = [t for t in _flat([call, kwargs]) if isinstance(t, torch.Tensor) and t.requires_grad]
    our_leaves = [t for t in _flat([our_call, our_kwargs]) if isinstance(t, leafgrad.Tensor) and t.requires_grad]
    level, our_level = _flat(theirs_made), _flat(ours_made)
    for order in range(orders + 1):
        differs = _values_differ(level, our_level, order)
        if differs or not leaves or order == orders:
            return differs
        outputs = [(t, o) for t, o in zip(level, our_level, strict=True) if isinstance(t, torch.Tensor) and t.requires_grad]
        if order == 0 and any(not o.requires_grad for _, o in outputs):
            return "PyTorch's result requires grad, ours does not"
        if not outputs or (order and not info.supports_gradgrad):
            return None
        weights = [_weights(tuple(t.shape), t.dtype, i) for i, (t, _) in enumerate(outputs)]
        again = bool(info.supports_gradgrad)
        try:
            level = list(torch.autograd.grad([t for t, _ in outputs], leaves, weights, create_graph=again, materialize_grads=True))
        except (RuntimeError, NotImplementedError):  # this order is not in PyTorch
            return None
        # a derivative that is constant has no history here, where PyTorch's may have one that leads nowhere
        kept = [(o, ours_value(w)) for (_, o), w in zip(outputs, weights, strict=True) if o.requires_grad]
        try:
            our_level = (
                list(leafgrad.autograd.grad([o for o, _ in kept], our_leaves, [w for _, w in kept], create_graph=again, materialize_grads=True))
                if kept
                else [leafgrad.zeros_like(t) for t in our_leaves]
            )
        except Exception as error:
            return f"derivative {order + 1} raises {type(error).__name__}: {str(error)[:300]}"
    return None


def _draws(info: Any, call: Any, kwargs: Any, made: Any) -> bool:
    """Whether PyTorch's values are others with another seed; the table's own call always sets the same one."""
    unseeded = types.FunctionType(info.op.__code__, {**info.op.__globals__, "wrapper_set_seed": lambda op, *args, **kwargs: op(*args, **kwargs)})
    for seed in range(20):
        torch.manual_seed(seed)
        again = _flat(unseeded(*call, **kwargs))
        if not all(torch.equal(a, b) for a, b in zip(_flat(made), again, strict=False) if isinstance(a, torch.Tensor)):
            return True
    return False


def _weights(shape: tuple[int, ...], dtype: Any, i: int) -> Any:
    count = int(np.prod(shape))
    values = np.cos(np.arange(count) + i)
    if dtype.is_complex:
        values = values + 1j * np.sin(1 + np.arange(count))
    return torch.tensor(values.reshape(shape), dtype=dtype)


def _values_differ(theirs: list[Any], ours: list[Any], order: int, values: bool = True) -> str | None:
    if len(theirs) != len(ours):
        return f"order {order}: {len(ours)} results, PyTorch has {len(theirs)}"
    for t, o in zip(theirs, ours, strict=True):
        if not isinstance(t, torch.Tensor):
            if t != o and not (isinstance(t, torch.dtype | torch.Size) or t != t):
                return f"order {order}: {o!r}, PyTorch {t!r}"
            continue
        if not isinstance(o, leafgrad.Tensor):
            return f"order {order}: a {type(o).__name__}, not a Tensor"
        a, b = o.detach().numpy(), t.numpy(force=True)
        if a.shape != b.shape or a.dtype != b.dtype:
            return f"order {order}: {a.dtype}{a.shape}, PyTorch {b.dtype}{b.shape}"
        if not values:
            continue
        rtol, atol = TOLERANCE.get(b.dtype.name, (0, 0))
        scale = 10.0**order
        with np.errstate(all="ignore"):
            if not np.allclose(a, b, rtol * scale, atol * scale, equal_nan=True):
                return f"order {order}: {_short(a)}, PyTorch {_short(b)}"
    return None


def _short(a: Any) -> str:
    return np.array2string(a.reshape(-1)[:6], precision=6).replace("\n", "")


def _flat(made: Any) -> list[Any]:
    if isinstance(made, dict):
        made = list(made.values())
    return [r for each in made for r in _flat(each)] if isinstance(made, list | tuple) else [made]


def _show(value: Any) -> str:
    if isinstance(value, torch.Tensor):
        return f"{str(value.dtype).removeprefix('torch.')}{list(value.shape)}" + ("" if value.is_contiguous() else "*")
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}={_show(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "(" + ", ".join(map(_show, value)) + ")"
    return repr(value)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.parity.samples", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("names", nargs="*", help="operators, under op_db's names; a prefix ending in * takes all that begin so")
    parser.add_argument("--all", action="store_true", help="every operator")
    parser.add_argument("--dtypes", default=",".join(DTYPES), help="comma-separated")
    parser.add_argument("--layout", default="as given", choices=["as given", "negative strides", "strided"])
    parser.add_argument("--shown", type=int, default=3, help="how many disagreements to show for each")
    given = parser.parse_args()
    names = [n for n in INFOS if given.all or any(n == g or (g.endswith("*") and n.startswith(g[:-1])) for g in given.names)]
    for name in names:
        if faces_missing(name):
            print(f"{name}: no {', '.join(faces_missing(name))}")
        for dtype in given.dtypes.split(","):
            report = compare(name, dtype, layout=given.layout)
            if report.agreed or report.wrong or report.missing:
                print(report, flush=True)
            for wrong in report.wrong[: given.shown]:
                print("   ", wrong, flush=True)
            if report.missing:
                break


if __name__ == "__main__":
    main()
