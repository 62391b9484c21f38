"""Make one batch of a list of samples."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from leafgrad.dtypes import get_default_dtype
from leafgrad.ops.joining import stack
from leafgrad.tensor import Tensor


def default_collate(samples: Sequence[Any]) -> Any:
    """Stack samples along a new first axis, inside tuples, lists and mappings too.

    Tensors and NumPy arrays of one shape become a tensor of shape `(len(samples), *shape)`; integers become
    int64 and Python floats the default dtype (PyTorch makes float64 of them), of shape `(len(samples),)`;
    strings stay in a list. As in PyTorch, tuples of samples become a list of batches, and named tuples stay what
    they are.

    Raises `TypeError` for samples of another type, `ValueError` where their lengths differ, and what `stack`
    raises where their shapes differ.

    >>> default_collate([(np.zeros(2, np.float32), 5), (np.ones(2, np.float32), 7)])
    [tensor([[0., 0.],
            [1., 1.]]), tensor([5, 7])]
    """
    first = samples[0]
    if isinstance(first, Tensor):
        return stack(samples)
    if isinstance(first, np.ndarray | np.generic):
        return Tensor(np.stack(samples))
    if isinstance(first, float):
        return Tensor(np.array(samples, get_default_dtype()))
    if isinstance(first, int):
        return Tensor(np.array(samples))
    if isinstance(first, str | bytes):
        return list(samples)
    if isinstance(first, Mapping):
        return {key: default_collate([sample[key] for sample in samples]) for key in first}
    if isinstance(first, Sequence):
        lengths = {len(sample) for sample in samples}
        if len(lengths) > 1:
            raise ValueError(f"default_collate: samples must have one length, found lengths {sorted(lengths)}")
        columns = [default_collate(column) for column in zip(*samples, strict=True)]
        return type(first)(*columns) if hasattr(first, "_fields") else columns
    raise TypeError(
        f"default_collate: cannot batch samples of type {type(first).__name__}; return tensors, arrays or numbers "
        "from the dataset, or give the DataLoader a collate_fn"
    )


def default_convert(sample: Any) -> Any:
    """The sample, its arrays as tensors, at any depth of lists, tuples and dicts.

    >>> default_convert({"x": np.zeros(2), "name": "a"})
    {'x': tensor([0., 0.], dtype=float64), 'name': 'a'}
    """
    if isinstance(sample, np.ndarray | np.generic):
        return Tensor(sample)
    if isinstance(sample, Mapping):
        return {key: default_convert(value) for key, value in sample.items()}
    if isinstance(sample, tuple) and hasattr(sample, "_fields"):
        return type(sample)(*map(default_convert, sample))
    if isinstance(sample, list | tuple):
        return [default_convert(value) for value in sample]
    return sample
