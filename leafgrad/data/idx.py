"""The idx format, in which MNIST, Fashion-MNIST and their relatives are published.

An idx file is a header and an array: two zero bytes, one byte for the element type, one for the number of
axes, the size of each axis as a big-endian 32-bit integer, and then the elements in C order, big-endian too.
"""

import math
import os
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

#: What the loaders return: train_images, train_labels, test_images, test_labels.
Split: TypeAlias = tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]

#: The four files of an MNIST-format data set, as they are published; each may have `.gz` at its end.
MNIST_FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)

_DTYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_GZIP_MAGIC = b"\x1f\x8b"


def load_mnist(directory: str | os.PathLike[str]) -> Split:
    """Return the MNIST-format data set in `directory` as `(train_images, train_labels, test_images, test_labels)`.

    Images are float32 of shape `(n, height, width)`, scaled from 0..255 to 0..1; labels are int64 of shape
    `(n,)`, each from 0 to 9. The four files are those in `MNIST_FILES`, plain or with `.gz` at the end.

    Raises `FileNotFoundError` that lists the missing files, and `ValueError` where a file is damaged, is not
    what its name says, or does not fit its sibling.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     for name, shape in zip(MNIST_FILES, [(6, 28, 28), (6,), (2, 28, 28), (2,)], strict=True):
    ...         write_idx(f"{directory}/{name}.gz", np.zeros(shape, np.uint8))
    ...     [array.shape for array in load_mnist(directory)]
    [(6, 28, 28), (6,), (2, 28, 28), (2,)]
    """
    paths = _find(os.fspath(directory))
    train_images, train_labels = _read_pair(*paths[:2])
    test_images, test_labels = _read_pair(*paths[2:])
    if train_images.shape[1:] != test_images.shape[1:]:
        raise ValueError(
            f"load_mnist: the test images in {paths[2]} are {_pixels(test_images)}, "
            f"but the training images in {paths[0]} are {_pixels(train_images)}"
        )
    return _scale(train_images), train_labels.astype(np.int64), _scale(test_images), test_labels.astype(np.int64)


def read_idx(path: str | os.PathLike[str]) -> NDArray[Any]:
    """Return the array in an idx file, plain or gzipped, in the file's shape and element type.

    Raises `ValueError` where the file is no idx file, is truncated or corrupted, or goes on after its array.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     write_idx(f"{directory}/labels", np.array([5, 0, 4], np.uint8))
    ...     read_idx(f"{directory}/labels")
    array([5, 0, 4], dtype=uint8)
    """
    content = _read_bytes(path)
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in _DTYPES:
        raise ValueError(
            f"{path} is no idx file: it begins with the bytes {content[:4].hex(' ') or '(none)'}, "
            "expected 00 00, an element type from 08 to 0e, and the number of axes"
        )
    dtype, axes = np.dtype(_DTYPES[content[2]]), content[3]
    header_size = 4 + 4 * axes
    if len(content) < header_size:
        raise ValueError(f"{path} is truncated: expected a header of {header_size} bytes, found {len(content)}")

    # Python's integers: a damaged header can claim more than 64 bits can count.
    shape = tuple(int(size) for size in np.frombuffer(content, ">u4", axes, offset=4))
    expected, found = dtype.itemsize * math.prod(shape), len(content) - header_size
    if found != expected:
        fault = "is truncated" if found < expected else "has trailing bytes"
        raise ValueError(
            f"{path} {fault}: for the shape {shape} in its header, expected {expected} bytes of data, found {found}"
        )
    return np.frombuffer(content, dtype, offset=header_size).reshape(shape).astype(dtype.newbyteorder("="))


def write_idx(path: str | os.PathLike[str], array: NDArray[Any]) -> None:
    """Write `array` as an idx file, gzipped where `path` ends in `.gz`.

    Raises `TypeError` for an element type that idx has no code for; it knows uint8, int8, int16, int32,
    float32 and float64.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     write_idx(f"{directory}/labels.gz", np.array([5, 0, 4], np.uint8))
    """
    codes = {np.dtype(name).newbyteorder("="): code for code, name in _DTYPES.items()}
    code = codes.get(array.dtype.newbyteorder("="))
    if code is None:
        known = ", ".join(str(dtype) for dtype in codes)
        raise TypeError(f"write_idx: idx has no code for {array.dtype}; convert the array to one of {known}")
    header = bytes([0, 0, code, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    content = header + array.astype(_DTYPES[code]).tobytes()
    if os.fspath(path).endswith(".gz"):
        import gzip

        # No time stamp: the same array gives the same file.
        content = gzip.compress(content, mtime=0)
    with open(path, "wb") as stream:
        stream.write(content)


def _find(folder: str) -> list[str]:
    """The paths of the four files, each plain where there is a plain one, else gzipped."""
    plain = [os.path.join(folder, name) for name in MNIST_FILES]
    paths = [path if os.path.exists(path) else f"{path}.gz" for path in plain]
    missing = [name for name, path in zip(MNIST_FILES, paths, strict=True) if not os.path.exists(path)]
    if missing:
        raise FileNotFoundError(
            f"no MNIST-format data set in {folder}: put {', '.join(missing)} there, plain or as .gz"
        )
    return paths


def _read_pair(images_path: str, labels_path: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The images and labels of one half of the data set, checked against each other."""
    images, labels = read_idx(images_path), read_idx(labels_path)
    for path, array, axes, what in ((images_path, images, 3, "images"), (labels_path, labels, 1, "labels")):
        if array.ndim != axes or array.dtype != np.uint8:
            raise ValueError(
                f"{path} does not hold {what}: expected a {axes}-D array of uint8, "
                f"found {array.dtype} of shape {array.shape}"
            )
        if array.size == 0:
            raise ValueError(f"{path} holds no {what}: its shape is {array.shape}")
    if len(images) != len(labels):
        raise ValueError(f"{images_path} has {len(images)} images, but {labels_path} has {len(labels)} labels")
    if labels.max() > 9:
        raise ValueError(f"{labels_path} has the label {labels.max()} at index {labels.argmax()}, expected 0 to 9")
    return images, labels


def _read_bytes(path: str | os.PathLike[str]) -> bytes:
    """The content of a file, unpacked if it is gzipped, whatever its name says."""
    with open(path, "rb") as stream:
        content = stream.read()
    if content[:2] != _GZIP_MAGIC:
        return content
    import gzip
    import zlib

    try:
        return gzip.decompress(content)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(f"{path} is a truncated or corrupted gzip file ({error}); get it again") from error


def _pixels(images: NDArray[Any]) -> str:
    return f"{images.shape[1]}x{images.shape[2]}"


def _scale(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    scaled = images.astype(np.float32)
    scaled /= 255
    return scaled
