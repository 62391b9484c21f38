"""Data sets, batches, and real data to train on."""

from leafgrad.data.collate import default_collate
from leafgrad.data.dataset import Dataset, Subset, TensorDataset, random_split
from leafgrad.data.digits import load_digits
from leafgrad.data.fetch import download
from leafgrad.data.idx import MNIST_FILES, load_mnist, read_idx, write_idx
from leafgrad.data.loader import DataLoader

__all__ = [
    "MNIST_FILES",
    "DataLoader",
    "Dataset",
    "Subset",
    "TensorDataset",
    "default_collate",
    "download",
    "load_digits",
    "load_mnist",
    "random_split",
    "read_idx",
    "write_idx",
]
