"""The network of the demo, and how it learns."""

import math
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import leafgrad
from leafgrad import nn, optim
from leafgrad.data import DataLoader, TensorDataset
from leafgrad.data.idx import Split
from leafgrad.optim.lr_scheduler import LambdaLR
from leafgrad.progress import progress_bar

CLASSES = 10


class Epoch(NamedTuple):
    """What one pass over the training images came to; accuracies lie between 0 and 1."""

    number: int
    train_loss: float
    test_loss: float
    train_accuracy: float
    test_accuracy: float
    seconds: float


def build_model(pixels: int, hidden: Sequence[int]) -> nn.Sequential:
    """Return a network of linear layers with ReLU between them.

    >>> build_model(64, [16])
    Sequential(
      (0): Flatten(start_dim=1, end_dim=-1)
      (1): Linear(in_features=64, out_features=16, bias=True)
      (2): ReLU()
      (3): Linear(in_features=16, out_features=10, bias=True)
    )
    """
    sizes = [pixels, *hidden]
    layers: list[nn.Module] = [nn.Flatten()]
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], CLASSES))


def train(model: nn.Module, optimizer: optim.Optimizer, data: Split, epochs: int, batch_size: int) -> Iterator[Epoch]:
    """Train `model`, and yield what each epoch came to as soon as it is over.

    The learning rate falls from epoch to epoch, in a straight line from the optimizer's own to 0. Raises
    `FloatingPointError` where the loss is no longer finite.

    >>> images, labels = np.eye(10, dtype=np.float32), np.arange(10)
    >>> model = build_model(10, [])
    >>> optimizer = optim.SGD(model.parameters(), lr=1.0)
    >>> [epoch.number for epoch in train(model, optimizer, (images, labels, images, labels), 3, batch_size=5)]
    [1, 2, 3]
    """
    train_images, train_labels, test_images, test_labels = data
    loader = DataLoader(TensorDataset(train_images, train_labels), batch_size, shuffle=True)
    loss_fn = nn.CrossEntropyLoss()
    scheduler = LambdaLR(optimizer, lambda finished: 1 - finished / epochs)
    for number in range(1, epochs + 1):
        started = time.perf_counter()
        loss_sum, correct = 0.0, 0
        with progress_bar(len(train_labels), f"epoch {number}/{epochs}", "images") as bar:
            for images, labels in loader:
                logits = model(images)
                loss = loss_fn(logits, labels)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()

                loss_sum += loss.item() * len(labels)
                correct += int((logits.argmax(1) == labels).sum().item())
                bar.update(len(labels))
        scheduler.step()
        if not math.isfinite(loss_sum):
            raise FloatingPointError(f"the loss became {loss_sum} in epoch {number}; try a smaller learning rate")
        test_loss, predictions = evaluate(model, test_images, test_labels)
        yield Epoch(
            number,
            train_loss=loss_sum / len(train_labels),
            test_loss=test_loss,
            train_accuracy=correct / len(train_labels),
            test_accuracy=float((predictions == test_labels).mean()),
            seconds=time.perf_counter() - started,
        )


def evaluate(
    model: nn.Module, images: NDArray[np.float32], labels: NDArray[np.int64]
) -> tuple[float, NDArray[np.int64]]:
    """Return the mean loss on `images` and the class predicted for each of them.

    >>> images, labels = np.zeros((3, 2, 2), np.float32), np.array([0, 1, 2])
    >>> loss, predictions = evaluate(build_model(4, []), images, labels)
    >>> predictions.shape
    (3,)
    """
    with leafgrad.no_grad():
        logits = model(leafgrad.from_numpy(images))
        loss = nn.functional.cross_entropy(logits, leafgrad.from_numpy(labels))
    return loss.item(), logits.argmax(1).numpy()
