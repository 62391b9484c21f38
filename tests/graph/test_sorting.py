"""Topological order of any graph."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import leafgrad
from leafgrad.graph import CycleError, topological_sort


@st.composite
def acyclic(draw):
    n = draw(st.integers(1, 12))
    return {i: draw(st.lists(st.integers(0, i - 1), max_size=4)) if i else [] for i in range(n)}


@given(acyclic())
def test_children_come_first_and_each_node_once(children):
    root = max(children)
    order = topological_sort(root, children.__getitem__)
    assert order[-1] == root
    assert len(set(order)) == len(order)
    place = {node: i for i, node in enumerate(order)}
    for node in order:
        assert all(place[child] < place[node] for child in children[node])


@pytest.mark.parametrize(
    "children, cycle",
    [
        ({"a": ["a"]}, ["a"]),
        ({"a": ["b"], "b": ["c"], "c": ["b"]}, ["b", "c"]),
        ({"a": ["d", "b"], "b": ["c"], "c": ["a"], "d": []}, ["a", "b", "c"]),
    ],
)
def test_a_cycle_is_named(children, cycle):
    with pytest.raises(CycleError) as caught:
        topological_sort("a", children.__getitem__)
    assert caught.value.cycle == cycle
    assert str(caught.value).endswith(" -> ".join([*cycle, cycle[0]]))
    assert isinstance(caught.value, ValueError)


def test_depth_is_no_limit():
    n = 100_000
    assert topological_sort(n, lambda i: [i - 1] if i else []) == list(range(n + 1))
    with pytest.raises(CycleError, match=rf"8 -> 9 -> \({n - 10} more\) -> 0$"):
        topological_sort(0, lambda i: [(i + 1) % n])


def test_tensors_are_nodes_as_well():
    a, b = leafgrad.ones(2), leafgrad.ones(2)
    children = {a: [b], b: [a]}
    with pytest.raises(CycleError) as caught:
        topological_sort(a, children.__getitem__)
    assert caught.value.cycle[0] is a and caught.value.cycle[1] is b
