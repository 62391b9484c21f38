"""The bundled digits are the real ones, and split the same way everywhere."""

import hashlib

import numpy as np
import pytest

from leafgrad.data import load_digits


def test_shapes_types_and_ranges():
    train_images, train_labels, test_images, test_labels = load_digits()
    assert train_images.shape == (1438, 8, 8)
    assert test_images.shape == (359, 8, 8)
    assert train_images.dtype == test_images.dtype == np.float32
    assert train_labels.dtype == test_labels.dtype == np.int64
    assert train_images.min() == 0
    assert train_images.max() == 1
    assert set(train_labels) == set(test_labels) == set(range(10))


def test_they_are_scikit_learns():
    datasets = pytest.importorskip("sklearn.datasets")
    published = datasets.load_digits()
    train_images, train_labels, test_images, test_labels = load_digits()

    def rows(images, labels):
        return sorted([*image.ravel(), label] for image, label in zip(images, labels, strict=True))

    ours = rows(np.concatenate([train_images, test_images]) * 16, np.concatenate([train_labels, test_labels]))
    assert ours == rows(published.images, published.target)


def test_the_images_and_their_split_never_change():
    train_images, train_labels, test_images, test_labels = load_digits()
    whole = [train_images * 16, train_labels, test_images * 16, test_labels]
    digest = hashlib.sha256(b"".join(array.astype(np.uint8).tobytes() for array in whole)).hexdigest()
    assert digest == "fe471fbe2e67de13aaf335ba6aafd8d54bf1ec6aeb9c333bf4c9770dc6b8a331"


def test_the_seed_decides_the_split():
    first, again, other = load_digits(seed=1), load_digits(seed=1), load_digits(seed=2)
    np.testing.assert_array_equal(first[2], again[2])
    assert not np.array_equal(first[2], other[2])


def test_the_global_generator_of_numpy_is_left_alone():
    np.random.seed(0)
    expected = np.random.rand()
    np.random.seed(0)
    load_digits()
    assert np.random.rand() == expected


def test_the_fraction_decides_the_size():
    assert len(load_digits(test_fraction=0.5)[3]) == 898


@pytest.mark.parametrize("fraction", [0.0, 1.0, -0.1, 1.5, 1e-9, float("nan")])
def test_a_split_with_an_empty_half_is_refused(fraction):
    with pytest.raises(ValueError, match="test_fraction"):
        load_digits(test_fraction=fraction)
