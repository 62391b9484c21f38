"""The handwritten digits that come with leafgrad.

`digits.npz` was made from scikit-learn's copy with these two lines; `digits.LICENSE.txt` gives the credit:

    digits = sklearn.datasets.load_digits()
    np.savez_compressed("digits.npz", images=digits.images.astype(np.uint8), labels=digits.target.astype(np.uint8))
"""

import os

import numpy as np

from leafgrad.data.idx import Split


def load_digits(test_fraction: float = 0.2, seed: int = 0) -> Split:
    """Return the 1,797 UCI optical digits as `(train_images, train_labels, test_images, test_labels)`.

    Images are float32 of shape `(n, 8, 8)`, 0 for paper and 1 for ink; labels are int64 of shape `(n,)`.
    Which images are for testing depends on `seed` alone, on every machine and with every version of NumPy.

    Raises `ValueError` where `test_fraction` leaves nothing to train or nothing to test on.

    The data: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning
    Repository, 1998, https://doi.org/10.24432/C50P49, CC BY 4.0.

    >>> train_images, train_labels, test_images, test_labels = load_digits()
    >>> train_images.shape, test_images.shape
    ((1438, 8, 8), (359, 8, 8))
    """
    with np.load(os.path.join(os.path.dirname(__file__), "digits.npz")) as archive:
        images = archive["images"].astype(np.float32) / np.float32(16)
        labels = archive["labels"].astype(np.int64)
    count = len(labels)
    # Written so that NaN fails too.
    if not 1 <= test_fraction * count <= count - 1:
        raise ValueError(f"load_digits: test_fraction must lie between 0 and 1, exclusive, not {test_fraction}")

    # RandomState and not Generator: NumPy promises never to change what RandomState returns for a seed.
    order = np.random.RandomState(seed).permutation(count)
    test, train = np.split(order, [round(test_fraction * count)])
    return images[train], labels[train], images[test], labels[test]
