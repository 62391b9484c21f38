"""Reading MNIST-format files, whole and damaged."""

import gzip
import re

import numpy as np
import pytest

from leafgrad.data import MNIST_FILES, load_mnist, read_idx, write_idx

IMAGES, LABELS, TEST_IMAGES, TEST_LABELS = MNIST_FILES


@pytest.fixture
def folder(tmp_path):
    """A small data set of 5 training and 3 test images of 4x2 pixels, half of the files gzipped."""
    rng = np.random.default_rng(0)
    write_idx(tmp_path / IMAGES, rng.integers(0, 256, (5, 4, 2), dtype=np.uint8))
    write_idx(tmp_path / f"{LABELS}.gz", np.array([9, 0, 1, 2, 3], np.uint8))
    write_idx(tmp_path / f"{TEST_IMAGES}.gz", np.full((3, 4, 2), 51, np.uint8))
    write_idx(tmp_path / TEST_LABELS, np.array([4, 5, 6], np.uint8))
    return tmp_path


def refuses(error, path, *words):
    return pytest.raises(error, match="(?s)" + ".*".join(re.escape(str(word)) for word in (path, *words)))


@pytest.mark.parametrize("name", ["array", "array.gz"])
@pytest.mark.parametrize("dtype", ["u1", "i1", "i2", "i4", "f4", "f8"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3, 4)])
def test_what_is_written_is_read_back(tmp_path, name, dtype, shape):
    array = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    write_idx(tmp_path / name, array)
    result = read_idx(tmp_path / name)
    assert result.dtype == array.dtype
    assert result.dtype.isnative
    assert result.flags.writeable
    np.testing.assert_array_equal(result, array, strict=True)


def test_the_bytes_are_those_of_the_format(tmp_path):
    write_idx(tmp_path / "array", np.array([[1, 2, 258]], ">i2"))
    assert (tmp_path / "array").read_bytes() == bytes.fromhex("00000b02 00000001 00000003 0001 0002 0102")


def test_an_array_without_a_code_is_refused(tmp_path):
    with pytest.raises(TypeError, match="no code for int64"):
        write_idx(tmp_path / "array", np.arange(3, dtype=np.int64))
    assert list(tmp_path.iterdir()) == []


def test_the_same_array_gives_the_same_gzip_file(tmp_path):
    for name in ("a.gz", "b.gz"):
        write_idx(tmp_path / name, np.arange(9, dtype=np.uint8))
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()


def test_gzip_is_told_by_content_and_not_by_name(tmp_path):
    write_idx(tmp_path / "array.gz", np.arange(3, dtype=np.uint8))
    (tmp_path / "array.gz").rename(tmp_path / "array")
    np.testing.assert_array_equal(read_idx(tmp_path / "array"), [0, 1, 2])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0",
        b"\0\0\x08",
        b"<!DOCTYPE html>",
        b"\x89PNG\r\n\x1a\n",
        b"\0\0\x07\x01\0\0\0\0",
        b"\0\x01\x08\x01\0\0\0\0",
    ],
)
def test_another_kind_of_file_is_refused(tmp_path, content):
    (tmp_path / "array").write_bytes(content)
    with refuses(ValueError, tmp_path / "array", "no idx file", "expected"):
        read_idx(tmp_path / "array")


def test_every_truncation_is_noticed(tmp_path):
    path = tmp_path / "array"
    write_idx(path, np.arange(6, dtype=np.int16).reshape(2, 3))
    content = path.read_bytes()
    for size in range(4, len(content)):
        path.write_bytes(content[:size])
        with refuses(ValueError, path, "truncated"):
            read_idx(path)


def test_every_truncation_of_a_gzip_file_is_noticed(tmp_path):
    path = tmp_path / "array.gz"
    write_idx(path, np.arange(6, dtype=np.uint8))
    content = path.read_bytes()
    for size in range(2, len(content)):
        path.write_bytes(content[:size])
        with refuses(ValueError, path, "truncated or corrupted gzip file"):
            read_idx(path)


def test_trailing_bytes_are_refused(tmp_path):
    write_idx(tmp_path / "array", np.arange(3, dtype=np.uint8))
    with (tmp_path / "array").open("ab") as stream:
        stream.write(b"\n")
    with refuses(ValueError, tmp_path / "array", "trailing bytes", "shape (3,)", "expected 3 bytes", "found 4"):
        read_idx(tmp_path / "array")


@pytest.mark.parametrize("position", [2, 10, 200, -6, -1], ids=["method", "block", "data", "checksum", "size"])
def test_a_damaged_gzip_file_is_noticed(tmp_path, position):
    path = tmp_path / "array.gz"
    write_idx(path, np.random.default_rng(0).integers(0, 256, 500, dtype=np.uint8))
    content = bytearray(path.read_bytes())
    content[position] ^= 0xFF
    path.write_bytes(content)
    with refuses(ValueError, path, "corrupted gzip"):
        read_idx(path)


def test_a_header_that_claims_more_than_any_memory_is_a_truncated_file(tmp_path):
    (tmp_path / "array").write_bytes(b"\0\0\x08\x04" + b"\xff" * 16)
    with refuses(ValueError, tmp_path / "array", "truncated", "found 0"):
        read_idx(tmp_path / "array")


def test_a_data_set_is_scaled_and_typed(folder):
    train_images, train_labels, test_images, test_labels = load_mnist(folder)
    assert train_images.shape == (5, 4, 2)
    assert train_images.dtype == test_images.dtype == np.float32
    assert 0 <= train_images.min() < train_images.max() <= 1
    np.testing.assert_allclose(test_images, np.full((3, 4, 2), 0.2, np.float32), strict=True)
    np.testing.assert_array_equal(train_labels, np.array([9, 0, 1, 2, 3], np.int64), strict=True)
    np.testing.assert_array_equal(test_labels, np.array([4, 5, 6], np.int64), strict=True)


def test_all_missing_files_are_named(folder):
    (folder / IMAGES).unlink()
    (folder / TEST_LABELS).unlink()
    with refuses(FileNotFoundError, folder, f"put {IMAGES}, {TEST_LABELS} there"):
        load_mnist(folder)
    with refuses(FileNotFoundError, folder / "nowhere", *MNIST_FILES):
        load_mnist(folder / "nowhere")


def test_labels_where_images_are_expected_are_refused(folder):
    (folder / IMAGES).write_bytes((folder / TEST_LABELS).read_bytes())
    with refuses(ValueError, folder / IMAGES, "does not hold images", "expected a 3-D array", "shape (3,)"):
        load_mnist(folder)


def test_images_where_labels_are_expected_are_refused(folder):
    (folder / f"{LABELS}.gz").write_bytes((folder / IMAGES).read_bytes())
    with refuses(ValueError, folder / f"{LABELS}.gz", "does not hold labels", "1-D", "shape (5, 4, 2)"):
        load_mnist(folder)


def test_labels_of_another_type_are_refused(folder):
    write_idx(folder / TEST_LABELS, np.array([1.0, 2.0, 3.0], np.float32))
    with refuses(ValueError, folder / TEST_LABELS, "does not hold labels", "uint8", "found float32"):
        load_mnist(folder)


def test_counts_that_differ_are_refused(folder):
    write_idx(folder / TEST_LABELS, np.array([4, 5], np.uint8))
    with refuses(ValueError, folder / f"{TEST_IMAGES}.gz", "3 images", folder / TEST_LABELS, "2 labels"):
        load_mnist(folder)


def test_a_label_beyond_nine_is_refused(folder):
    write_idx(folder / TEST_LABELS, np.array([4, 10, 6], np.uint8))
    with refuses(ValueError, folder / TEST_LABELS, "label 10 at index 1", "0 to 9"):
        load_mnist(folder)


def test_test_images_of_another_size_are_refused(folder):
    write_idx(folder / f"{TEST_IMAGES}.gz", np.zeros((3, 2, 4), np.uint8))
    with pytest.raises(ValueError, match=r"2x4.*4x2"):
        load_mnist(folder)


def test_a_data_set_without_images_is_refused(folder):
    write_idx(folder / f"{TEST_IMAGES}.gz", np.zeros((0, 4, 2), np.uint8))
    write_idx(folder / TEST_LABELS, np.zeros(0, np.uint8))
    with refuses(ValueError, folder / f"{TEST_IMAGES}.gz", "holds no images"):
        load_mnist(folder)


def test_a_file_of_two_gzip_members_is_read_whole(tmp_path):
    write_idx(tmp_path / "plain", np.arange(9, dtype=np.uint8))
    content = (tmp_path / "plain").read_bytes()
    (tmp_path / "array.gz").write_bytes(gzip.compress(content[:10]) + gzip.compress(content[10:]))
    np.testing.assert_array_equal(read_idx(tmp_path / "array.gz"), np.arange(9))
