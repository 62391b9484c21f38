"""`keep_values`: intermediate results stay visible on their nodes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from leafgrad import recording
from leafgrad.graph.calls import noting_calls, running
from leafgrad.node import Node
from leafgrad.tensor import wrap


@contextmanager
def keep_values() -> Iterator[None]:
    """Operations inside keep a copy of their value with their node, for drawing and teaching.

    They also remember which module was being called: `draw` puts a box around what belongs together.
    Ordinarily `node.tensor` is None once nobody holds the tensor. The values live as long as the
    graph does, also after the end of the context.

    >>> import leafgrad
    >>> x = leafgrad.tensor([1.0, 2.0], requires_grad=True)
    >>> with keep_values():
    ...     y = (x * 3).sum()
    >>> y.dependencies[0].value.tensor
    tensor([3., 6.])
    """
    recording.observers.append(_keep)
    try:
        with noting_calls():
            yield
    finally:
        recording.observers.remove(_keep)


def _keep(node: Node) -> None:
    node.call = running.call
    tensor = node.tensor
    if tensor is not None:
        node.kept = wrap(tensor.data.copy())  # a copy: a later write in place is another event
