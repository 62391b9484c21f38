"""Data sets made of others."""

import pytest

from leafgrad.data import ChainDataset, ConcatDataset, DataLoader, IterableDataset, StackDataset, Subset


def test_one_after_the_other():
    both = Subset("abc", [2, 0]) + Subset("xyz", [1])
    assert isinstance(both, ConcatDataset) and [both[i] for i in range(3)] == ["c", "a", "y"]
    assert both[-1] == "y" and len(ConcatDataset([both, "de"])) == 5
    for index in (3, -4):
        with pytest.raises(IndexError, match="out of range for 3 samples"):
            both[index]
    with pytest.raises(ValueError, match="needs one data set or more"):
        ConcatDataset([])
    with pytest.raises(TypeError, match="use ChainDataset"):
        ConcatDataset([IterableDataset()])


def test_read_one_after_the_other():
    chain = ChainDataset([[1, 2], [3]])
    assert len(chain) == 3 and [batch.tolist() for batch in DataLoader(chain, 2)] == [[1, 2], [3]]


def test_side_by_side():
    assert next(iter(DataLoader(StackDataset("abc", "xyz"), 2))) == [["a", "b"], ["x", "y"]]
    named = StackDataset(left="abc", right=[1, 2, 3])
    assert len(named) == 3 and named[2] == {"left": "c", "right": 3}
    for bad in (lambda: StackDataset("ab", "c"), lambda: StackDataset(), lambda: StackDataset("a", b="c")):
        with pytest.raises(ValueError, match="of one length"):
            bad()
