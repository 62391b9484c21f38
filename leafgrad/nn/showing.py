"""How a module shows itself in Jupyter: a tree that opens, with the number of parameters of each part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leafgrad.nn.registry import BUFFER, MODULE, PARAMETER, TRANSIENT, owned, walk
from leafgrad.showing import escaped

if TYPE_CHECKING:
    from leafgrad.nn.module import Module

INDENT = "margin-left:1.4em"


def module_html(module: Module) -> str:
    """What Jupyter shows of a module.

    >>> from leafgrad import nn
    >>> html = module_html(nn.Sequential(nn.Linear(2, 3), nn.ReLU()))
    >>> "9 parameters" in html and "<details" in html
    True
    """
    return f'<div style="font-family:monospace">{_tree(module, "", is_open=True)}</div>'


def _tree(module: Any, name: str, is_open: bool = False) -> str:
    children = owned(module, MODULE)
    tensors = owned(module, PARAMETER, BUFFER, TRANSIENT)
    extra = "" if children else " ".join(module.extra_repr().split())
    prefix = f"({escaped(name)}) " if name else ""
    heading = f"{prefix}<b>{type(module).__name__}</b>{escaped(f'({extra})' if extra else '')}{_count(module)}"
    inside = [_tensor_line(tensor_name, tensor, module._roles[tensor_name]) for tensor_name, tensor in tensors]
    inside += [_tree(child, child_name) for child_name, child in children]
    if not inside:
        return f'<div style="{INDENT}">{heading}</div>'
    opened = " open" if is_open else ""
    return f'<details{opened} style="{INDENT}"><summary>{heading}</summary>{"".join(inside)}</details>'


def _tensor_line(name: str, tensor: Any, role: str) -> str:
    frozen = ", frozen" if role == PARAMETER and not tensor.requires_grad else ""
    kind = "" if role == PARAMETER else ", buffer"
    return f'<div style="{INDENT}">{escaped(name)} {tensor.shape} {tensor.dtype}{kind}{frozen}</div>'


def _count(module: Any) -> str:
    """How many parameters there are in it, each counted once, and how many of them are not trained."""
    found = {id(p): p for _, each in walk(module) for _, p in owned(each, PARAMETER)}.values()
    total = sum(p.data.size for p in found)
    frozen = sum(p.data.size for p in found if not p.requires_grad)
    if not total:
        return ""
    of_which = f", {frozen:,} of them frozen" if frozen else ""
    return f' <span style="opacity:.7">{total:,} parameters{of_which}</span>'
