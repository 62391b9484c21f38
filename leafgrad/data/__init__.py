"""Data sets, batches, and real data to train on."""

from leafgrad.data.collate import default_collate, default_convert
from leafgrad.data.combining import ChainDataset, ConcatDataset, StackDataset
from leafgrad.data.dataset import Dataset, IterableDataset, Subset, TensorDataset, random_split
from leafgrad.data.digits import load_digits
from leafgrad.data.fetch import download
from leafgrad.data.idx import MNIST_FILES, load_mnist, read_idx, write_idx
from leafgrad.data.loader import DataLoader
from leafgrad.data.samplers import (
    BatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)

__all__ = [
    "MNIST_FILES",
    "BatchSampler",
    "ChainDataset",
    "ConcatDataset",
    "DataLoader",
    "Dataset",
    "IterableDataset",
    "RandomSampler",
    "Sampler",
    "SequentialSampler",
    "StackDataset",
    "Subset",
    "SubsetRandomSampler",
    "TensorDataset",
    "WeightedRandomSampler",
    "default_collate",
    "default_convert",
    "download",
    "load_digits",
    "load_mnist",
    "random_split",
    "read_idx",
    "write_idx",
]
