"""Download MNIST and Fashion-MNIST: checked, resumable, from the first mirror that delivers.

What needs the network is imported in the functions below: `import leafgrad` does not pay for it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from leafgrad.progress import progress_bar


class RemoteFile(NamedTuple):
    """A file as it is published: its name, its size in bytes, its SHA-256."""

    name: str
    size: int
    sha256: str


class Source(NamedTuple):
    """A data set's four files, and the folders on the network that hold copies of them, the best one first."""

    mirrors: tuple[str, ...]
    files: tuple[RemoteFile, ...]


# Sizes and checksums are as TensorFlow Datasets publishes them (in tensorflow_datasets/url_checksums/mnist.txt
# and fashion_mnist.txt of the repository tensorflow/datasets).
SOURCES = {
    "mnist": Source(
        mirrors=(
            "https://ossci-datasets.s3.amazonaws.com/mnist",
            "https://storage.googleapis.com/cvdf-datasets/mnist",
        ),
        files=(
            RemoteFile(
                "train-images-idx3-ubyte.gz",
                9_912_422,
                "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            ),
            RemoteFile(
                "train-labels-idx1-ubyte.gz",
                28_881,
                "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            ),
            RemoteFile(
                "t10k-images-idx3-ubyte.gz",
                1_648_877,
                "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            ),
            RemoteFile(
                "t10k-labels-idx1-ubyte.gz",
                4_542,
                "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            ),
        ),
    ),
    "fashion-mnist": Source(
        mirrors=(
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
        ),
        files=(
            RemoteFile(
                "train-images-idx3-ubyte.gz",
                26_421_880,
                "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            ),
            RemoteFile(
                "train-labels-idx1-ubyte.gz",
                29_515,
                "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            ),
            RemoteFile(
                "t10k-images-idx3-ubyte.gz",
                4_422_102,
                "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            ),
            RemoteFile(
                "t10k-labels-idx1-ubyte.gz",
                5_148,
                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            ),
        ),
    ),
}

_CHUNK = 1 << 16
_TIMEOUT = 30.0  # seconds without a byte


class MirrorError(Exception):
    """A mirror did not deliver; the message says how."""


def download(name: str, directory: str | os.PathLike[str], progress: bool = True) -> None:
    """Download the four files of `"mnist"` or `"fashion-mnist"` into `directory`.

    A file that is there already is kept, one that was cut short is resumed, and none gets its name before its
    SHA-256 is right. `progress` shows a bar on a terminal.

    Raises `ValueError` for an unknown name, `FileExistsError` where a file of the same name but with other
    content is there already, and `ConnectionError` where no mirror delivers, which says what to put where by
    hand.

    >>> download("cifar", "data")
    Traceback (most recent call last):
        ...
    ValueError: download: unknown data set 'cifar', expected 'mnist' or 'fashion-mnist'
    """
    if name not in SOURCES:
        raise ValueError(f"download: unknown data set {name!r}, expected {' or '.join(map(repr, SOURCES))}")
    mirrors, files = SOURCES[name]
    folder = os.path.abspath(directory)
    missing = [file for file in files if not _is_present(os.path.join(folder, file.name), file)]
    os.makedirs(folder, exist_ok=True)
    try:
        for file in missing:
            _fetch(file, mirrors, folder, progress)
    except MirrorError as error:
        names = ", ".join(file.name for file in files)
        raise ConnectionError(
            f"download: no mirror of {name} delivered ({error}); call again to go on from there, or put the four "
            f"files {names} into {folder} yourself"
        ) from error


def _is_present(path: str, file: RemoteFile) -> bool:
    """Whether the file is there and right; a file of the user's own is an error, it is never written over."""
    if not os.path.exists(path):
        return False
    if _sha256(path) != file.sha256:
        raise FileExistsError(
            f"download: {path} is there already, but its SHA-256 is not {file.sha256}, the published file's; "
            "read the folder as it is with load_mnist, or move the file away to download it"
        )
    return True


def _fetch(file: RemoteFile, mirrors: tuple[str, ...], folder: str, progress: bool) -> None:
    """Put one file into `folder`; each mirror goes on where the one before it stopped."""
    path = os.path.join(folder, file.name)
    part = f"{path}.part"
    faults = []
    for mirror in mirrors:
        url = f"{mirror}/{file.name}"
        resumed = os.path.exists(part)
        try:
            _transfer(url, part, file, progress)
            if resumed and _sha256(part) != file.sha256:
                # The fault may lie in the bytes that were here before, so this mirror gets a chance of its own.
                os.remove(part)
                _transfer(url, part, file, progress)
            if _sha256(part) == file.sha256:
                os.replace(part, path)
                return
            os.remove(part)
            faults.append(f"{url}: the file has the wrong SHA-256")
        except MirrorError as error:
            faults.append(f"{url}: {error}")
    raise MirrorError("; ".join(faults))


def _transfer(url: str, part: str, file: RemoteFile, progress: bool) -> None:
    """Bring `part` to its full size; when the connection breaks, what has arrived stays."""
    from urllib.request import Request, urlopen

    start = os.path.getsize(part) if os.path.exists(part) else 0
    if start >= file.size:
        return
    with _network_faults():
        response = urlopen(Request(url, headers={"Range": f"bytes={start}-"}), timeout=_TIMEOUT)
    with response, progress_bar(file.size, file.name, "B", visible=progress) as bar:
        # A server that does not know ranges answers 200 and sends the file from its beginning.
        resumes = response.status == 206
        with open(part, "ab" if resumes else "wb") as stream:
            bar.update(stream.tell())
            # Past the announced size nothing can make the checksum right, so an endless answer is cut off there.
            while stream.tell() <= file.size:
                with _network_faults():
                    chunk = response.read(_CHUNK)
                if not chunk:
                    break
                stream.write(chunk)
                bar.update(len(chunk))
    arrived = os.path.getsize(part)
    if arrived < file.size:
        raise MirrorError(f"the connection ended after {arrived} of {file.size} bytes")


@contextmanager
def _network_faults() -> Iterator[None]:
    """Turn what the network raises into `MirrorError`; a full disk, an OSError too, is not the mirror's fault."""
    from http.client import HTTPException
    from urllib.error import HTTPError, URLError

    try:
        yield
    except HTTPError as error:
        error.close()
        raise MirrorError(str(error)) from error
    except URLError as error:
        raise MirrorError(str(error.reason)) from error
    except (OSError, HTTPException) as error:
        raise MirrorError(str(error) or type(error).__name__) from error


def _sha256(path: str) -> str:
    import hashlib

    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
