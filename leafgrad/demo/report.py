"""The demo's tables as plain text."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from leafgrad.demo.training import Epoch

HEADER = "epoch  train loss  test accuracy  seconds"


def epoch_row(epoch: Epoch) -> str:
    """Return one line of the table under `HEADER`.

    >>> print(HEADER, epoch_row(Epoch(1, 0.51234, 0.4, 0.9, 0.925, 1.5)), sep="\\n")
    epoch  train loss  test accuracy  seconds
        1      0.5123         92.50%     1.50
    """
    return f"{epoch.number:5}  {epoch.train_loss:10.4f}  {epoch.test_accuracy:13.2%}  {epoch.seconds:7.2f}"


def confusion_matrix(labels: NDArray[Any], predictions: NDArray[Any], classes: int) -> str:
    r"""Return a table that counts, for each true class (a row), what was predicted (a column).

    Zeros are shown as dots; the last column is the share of the row that is right.

    >>> print(confusion_matrix(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1]), 2))
    true \ predicted  0  1  right
                   0  2  1  66.7%
                   1  .  1 100.0%
    """
    counts = np.bincount(labels * classes + predictions, minlength=classes**2).reshape(classes, classes)
    width = max(2, len(str(counts.max()))) + 1
    corner = "true \\ predicted"
    lines = [corner + "".join(f"{column:{width}}" for column in range(classes)) + "  right"]
    for true, row in enumerate(counts):
        cells = "".join(f"{count or '.':>{width}}" for count in row)
        share = f"{row[true] / row.sum():.1%}" if row.any() else "-"
        lines.append(f"{true:{len(corner)}}{cells} {share:>6}")
    return "\n".join(lines)
