"""PyTorch's own samples of its modules (`module_db`), built and called by leafgrad and by PyTorch side by side.

Each module is made from the same arguments by both libraries; representation and names of the state
are compared, the state is copied over, and then outputs, gradients with respect to the inputs and
the parameters, second derivatives, and what became of the buffers, in training and in evaluation.

    python -m tests.parity.module_samples Linear CTCLoss     one line for each, and what disagrees
    python -m tests.parity.module_samples --all              the whole table
"""

from __future__ import annotations

import argparse
import types
import warnings
from typing import Any

import numpy as np

import leafgrad
from tests.parity.samples import Missing, Report, _differ, _flat, _show, _values_differ, ours, ours_value, torch

from torch.testing._internal.common_modules import ModuleErrorEnum, module_db  # isort: skip  # after what skips without it

INFOS = {info.name.removeprefix("nn."): info for info in module_db}


def compare(name: str, dtype: str = "float64", *, layout: str = "as given", orders: int = 2) -> Report:
    """Make and call the module in all the ways of the table with both libraries."""
    info, report = INFOS[name], Report(f"nn.{name} [{dtype}]")
    make = getattr(leafgrad.nn, name, None)
    if make is None:
        report.missing = f"nn.{name}"
        return report
    torch_dtype = getattr(torch, dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for training in (True, False):
            torch.manual_seed(0)
            for sample in info.module_inputs_func(info, device="cpu", dtype=torch_dtype, requires_grad=True, training=training):
                built, call = sample.constructor_input, sample.forward_input
                shown = f"{_show((built.args, built.kwargs))} called with {_show((call.args, call.kwargs))}, training={training}"
                try:
                    differs = _module_differs(info, make, built, call, training, layout, orders)
                except Missing as missing:
                    differs = f"missing: {missing}"
                if differs:
                    report.wrong.append(f"{differs}\n        {shown}")
                else:
                    report.agreed += 1
        for error in _errors(info, torch_dtype) if dtype == "float32" else []:
            built, call = error.module_error_input.constructor_input, error.module_error_input.forward_input
            try:
                made = make(*_ours(built.args), **_ours(built.kwargs))
                if error.error_on != ModuleErrorEnum.CONSTRUCTION_ERROR:
                    made(*ours_value(call.args), **ours_value(call.kwargs))
            except Exception:
                report.agreed += 1
            else:
                report.wrong.append(f"does not raise: {error.error_regex}\n        {_show((built.args, built.kwargs))}")
    return report


def _errors(info: Any, dtype: Any) -> list[Any]:
    function = info.module_error_inputs_func
    made = [] if function is None else function(info, device="cpu", dtype=dtype, requires_grad=False, training=False)
    return [error for error in made if isinstance(error.error_type, type)]


def _module_differs(info: Any, make: Any, built: Any, call: Any, training: bool, layout: str, orders: int) -> str | None:
    """What differs between one module of the two libraries, or None."""
    dtype = next((t.dtype for t in _flat([call.args, call.kwargs]) if isinstance(t, torch.Tensor) and t.is_floating_point()), torch.float64)
    theirs = info.module_cls(*built.args, **built.kwargs).to(dtype).train(training)
    try:
        mine = make(*_ours(built.args), **_ours(built.kwargs)).to(ours_value(dtype)).train(training)
    except Missing:
        raise
    except Exception as error:
        return f"constructor raises {type(error).__name__}: {str(error)[:300]}"
    if repr(mine) != repr(theirs):
        return f"repr {mine!r}, PyTorch {theirs!r}"
    if _described(mine) != _described(theirs):
        return f"state {_described(mine)}, PyTorch {_described(theirs)}"
    mine.load_state_dict({key: value.numpy(force=True).copy() for key, value in theirs.state_dict().items()})
    mine_called, theirs_called = _with_parameters(mine), _with_parameters(theirs)
    named = types.SimpleNamespace(op=theirs_called, name=info.name, supports_gradgrad=info.supports_gradgrad)
    arguments = ([p for _, p in theirs.named_parameters()], *_apart(call.args))
    differs = _differ(named, mine_called, arguments, _apart(call.kwargs), layout, orders, lambda result: result)
    if differs:
        return differs
    buffers = [dict(each.named_buffers()) for each in (theirs, mine)]
    return _values_differ(list(buffers[0].values()), [buffers[1][name] for name in buffers[0]], 0)


def _apart(value: Any) -> Any:
    """The same arguments, of which no two are one tensor: each has a gradient of its own."""
    if isinstance(value, torch.Tensor):
        return value.detach().clone().requires_grad_(value.requires_grad)
    if isinstance(value, dict):
        return {k: _apart(v) for k, v in value.items()}
    return type(value)(map(_apart, value)) if isinstance(value, list | tuple) else value


def _with_parameters(module: Any) -> Any:
    """The module as a function of its parameters too: of a copy of them, in leafgrad's case."""
    places = [(owner, name) for owner in module.modules() for name, _ in owner.named_parameters(recurse=False)]
    unique = list({id(getattr(*place)): place for place in reversed(places)}.values())[::-1]

    def called(parameters: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(module, leafgrad.nn.Module):
            for (owner, name), value in zip(unique, parameters, strict=True):
                vars(owner)[name] = value
        return module(*args, **kwargs)

    return called


def _described(module: Any) -> list[tuple[str, tuple[int, ...], str]]:
    return [(key, tuple(t.shape), str(t.dtype).removeprefix("torch.")) for key, t in module.state_dict().items()]


def _ours(value: Any) -> Any:
    """The same argument of a constructor for leafgrad: functions and classes by their names."""
    if isinstance(value, dict):
        return {k: _ours(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(map(_ours, value))
    if isinstance(value, torch.nn.TransformerEncoderLayer | torch.nn.TransformerDecoderLayer):
        return _layer(value)
    if isinstance(value, torch.nn.Module):
        raise Missing(f"a way to make {type(value).__name__} anew for leafgrad")
    return ours(value) if callable(value) and not isinstance(value, torch.Tensor) else ours_value(value)


def _layer(theirs: Any) -> Any:
    """A layer of a transformer with the arguments that this one was made from."""
    attention, first = theirs.self_attn, theirs.linear1
    return getattr(leafgrad.nn, type(theirs).__name__)(
        attention.embed_dim, attention.num_heads, first.out_features, theirs.dropout.p, ours(theirs.activation),
        theirs.norm1.eps, attention.batch_first, theirs.norm_first, first.bias is not None,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.parity.module_samples", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("names", nargs="*", help="modules; a prefix ending in * takes all that begin so")
    parser.add_argument("--all", action="store_true", help="every module")
    parser.add_argument("--dtypes", default="float64,float32", help="comma-separated")
    parser.add_argument("--layout", default="as given", choices=["as given", "negative strides", "strided"])
    parser.add_argument("--shown", type=int, default=3, help="how many disagreements to show for each")
    given = parser.parse_args()
    for name in [n for n in INFOS if given.all or any(n == g or (g.endswith("*") and n.startswith(g[:-1])) for g in given.names)]:
        for dtype in given.dtypes.split(","):
            with np.errstate(all="ignore"):
                report = compare(name, dtype, layout=given.layout)
            print(report, flush=True)
            for wrong in report.wrong[: given.shown]:
                print("   ", wrong, flush=True)
            if report.missing:
                break


if __name__ == "__main__":
    main()
