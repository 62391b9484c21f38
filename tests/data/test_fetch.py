"""The downloader, against a server on this machine that behaves well and badly."""

import hashlib
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from leafgrad.data import MNIST_FILES, download, fetch

CONTENT = {f"{name}.gz": bytes(range(i, 256)) * 1000 for i, name in enumerate(MNIST_FILES)}
FIRST = f"{MNIST_FILES[0]}.gz"


class Handler(BaseHTTPRequestHandler):
    """Serves CONTENT; the first part of the path says how it misbehaves."""

    def do_GET(self):
        behaviour, name = self.path.strip("/").split("/")
        self.server.requests.append((behaviour, name, self.headers.get("Range")))
        content = CONTENT[name]
        if behaviour == "absent":
            self.send_error(404)
            return
        if behaviour == "garbage":
            self.wfile.write(b"this is not HTTP\r\n\r\n")
            return
        if behaviour == "corrupt":
            content = content[:-1] + b"?"
        start = 0
        asked = self.headers.get("Range")
        if asked and behaviour != "whole":
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        if behaviour != "endless":
            self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        end = start + 1000 if behaviour == "broken" else len(content)
        self.wfile.write(content[start:end])
        if behaviour == "endless":
            self.go_on(content)

    def go_on(self, content):
        try:
            for _ in range(400):
                self.wfile.write(content)
        except OSError:
            self.close_connection = True
            self.server.hung_up.set()

    def log_message(self, *args):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.requests = []
        server.hung_up = threading.Event()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def mirrors(server, monkeypatch):
    """Declare what the mirrors of the data set `small` do."""

    def declare(*behaviours):
        files = tuple(
            fetch.RemoteFile(name, len(content), hashlib.sha256(content).hexdigest())
            for name, content in CONTENT.items()
        )
        urls = tuple(f"http://127.0.0.1:{server.server_port}/{behaviour}" for behaviour in behaviours)
        monkeypatch.setitem(fetch.SOURCES, "small", fetch.Source(urls, files))

    return declare


def assert_complete(folder):
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == CONTENT


def test_all_four_files_arrive(mirrors, tmp_path):
    mirrors("good")
    download("small", tmp_path / "new" / "folder")
    assert_complete(tmp_path / "new" / "folder")


def test_files_that_are_there_are_not_fetched_again(mirrors, server, tmp_path):
    mirrors("good")
    download("small", tmp_path)
    (tmp_path / FIRST).unlink()
    server.requests.clear()
    download("small", tmp_path)
    assert_complete(tmp_path)
    assert [name for _, name, _ in server.requests] == [FIRST]


def test_a_part_is_resumed(mirrors, server, tmp_path):
    mirrors("good")
    (tmp_path / f"{FIRST}.part").write_bytes(CONTENT[FIRST][:70_000])
    download("small", tmp_path)
    assert_complete(tmp_path)
    assert server.requests[0] == ("good", FIRST, "bytes=70000-")


def test_a_server_without_ranges_sends_the_whole_file(mirrors, server, tmp_path):
    mirrors("whole")
    (tmp_path / f"{FIRST}.part").write_bytes(CONTENT[FIRST][:70_000])
    download("small", tmp_path)
    assert_complete(tmp_path)
    assert [name for _, name, _ in server.requests].count(FIRST) == 1


def test_a_part_of_another_file_is_fetched_anew(mirrors, tmp_path):
    mirrors("good")
    (tmp_path / f"{FIRST}.part").write_bytes(b"?" * 70_000)
    download("small", tmp_path)
    assert_complete(tmp_path)


@pytest.mark.parametrize(("extra", "requests"), [(b"", []), (b"more", ["bytes=0-"])])
def test_a_part_that_is_whole_or_too_long_is_checked(mirrors, server, tmp_path, extra, requests):
    mirrors("good")
    (tmp_path / f"{FIRST}.part").write_bytes(CONTENT[FIRST] + extra)
    download("small", tmp_path)
    assert_complete(tmp_path)
    assert [asked for _, name, asked in server.requests if name == FIRST] == requests


def test_the_next_mirror_goes_on_where_the_first_one_broke_off(mirrors, server, tmp_path):
    mirrors("broken", "good")
    download("small", tmp_path)
    assert_complete(tmp_path)
    assert server.requests[:2] == [("broken", FIRST, "bytes=0-"), ("good", FIRST, "bytes=1000-")]


@pytest.mark.parametrize("behaviour", ["absent", "garbage", "corrupt", "endless"])
def test_the_next_mirror_stands_in_for_a_bad_one(mirrors, tmp_path, behaviour):
    mirrors(behaviour, "good")
    download("small", tmp_path)
    assert_complete(tmp_path)


def test_an_endless_answer_is_cut_off(mirrors, server, tmp_path):
    mirrors("endless")
    with pytest.raises(ConnectionError, match="wrong SHA-256"):
        download("small", tmp_path)
    assert server.hung_up.wait(timeout=30)


def test_a_broken_connection_keeps_what_arrived(mirrors, tmp_path):
    mirrors("broken")
    for arrived in (1000, 2000):
        with pytest.raises(ConnectionError, match=f"ended after {arrived} of {len(CONTENT[FIRST])} bytes"):
            download("small", tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == [f"{FIRST}.part"]
    mirrors("good")
    download("small", tmp_path)
    assert_complete(tmp_path)


def test_a_corrupt_file_never_gets_its_name(mirrors, tmp_path):
    mirrors("corrupt")
    with pytest.raises(ConnectionError, match="wrong SHA-256"):
        download("small", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_a_network_the_error_says_what_to_put_where(mirrors, server, tmp_path):
    mirrors("good")
    server.shutdown()
    server.server_close()
    with pytest.raises(ConnectionError) as caught:
        download("small", tmp_path)
    message = str(caught.value)
    assert all(f"{name}.gz" in message for name in MNIST_FILES)
    assert f"into {tmp_path} yourself" in message


def test_a_file_of_the_users_own_is_not_written_over(mirrors, server, tmp_path):
    mirrors("good")
    (tmp_path / FIRST).write_bytes(b"mine")
    with pytest.raises(FileExistsError, match=f"{FIRST} is there already"):
        download("small", tmp_path)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"mine"]
    assert server.requests == []


def test_a_folder_that_cannot_be_made_is_not_blamed_on_the_mirror(mirrors, tmp_path):
    mirrors("good")
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file") as caught:
        download("small", tmp_path / "file" / "folder")
    assert not isinstance(caught.value, ConnectionError)


def test_an_unknown_name_is_refused(tmp_path):
    with pytest.raises(ValueError, match="'cifar', expected 'mnist' or 'fashion-mnist'"):
        download("cifar", tmp_path / "folder")
    assert not os.path.exists(tmp_path / "folder")


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_the_sources_are_the_four_files_of_the_format(name):
    mirrors, files = fetch.SOURCES[name]
    assert [file.name for file in files] == [f"{name}.gz" for name in MNIST_FILES]
    assert all(len(bytes.fromhex(file.sha256)) == 32 for file in files)
    assert len({file.sha256 for file in files}) == 4
    assert all(mirror.startswith("http") and not mirror.endswith("/") for mirror in mirrors)
