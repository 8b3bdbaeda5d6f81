import hashlib
import hmac
import os
import re
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, quote
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from campaigns.kit import storage
from campaigns.kit.errors import Busy

KEY = "photo/7k0m1xq9.webp"
SECRET = "a-secret-key"
BAD_KEYS = [
    "",
    "/",
    "/etc/passwd",
    "../x",
    "a/../b",
    "a/..",
    "./a",
    "a//b",
    "a/",
    "a\\b",
    "A",
    "é",
    "a b",
    "a\n",
    "a\0",
]
BAD_KEYS += [".hidden", "a/.hidden", "-rf", "a/-rf", "x" * 256, "a?b", "a%2fb", "~"]


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *_) -> None:
        pass


class S3:
    """A stand-in for an S3 store: holds objects, and checks each request's version 4 signature and body hash."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, str]] = {}
        self.requests: list[str] = []
        self.failing = False

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        self.requests.append(f"{method} {path}")
        if self.failing:
            status, mime, answer = "500 Internal Server Error", "text/plain", b""
        elif not self.signed(environ, body):
            status, mime, answer = "403 Forbidden", "text/plain", b"signature"
        else:
            status, mime, answer = self.answer(method, path, environ, body)
        headers = [("Content-Length", str(len(answer))), ("Content-Type", mime), ("ETag", '"e"')]
        start_response(status, [*headers, ("Last-Modified", "Mon, 02 Nov 2026 07:28:00 GMT")])
        return [answer]

    def answer(self, method: str, path: str, environ, body: bytes) -> tuple[str, str, bytes]:
        if method == "PUT":
            self.objects[path] = (body, environ["CONTENT_TYPE"])
        elif method == "POST":  # a deletion of many, as S3 calls it
            keys = re.findall(r"<Key>(.*?)</Key>", body.decode())
            for key in keys:
                self.objects.pop(f"{path}/{key}", None)
            deleted = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
            return "200 OK", "application/xml", f"<DeleteResult>{deleted}</DeleteResult>".encode()
        elif path not in self.objects:
            return "404 Not Found", "text/plain", b""
        data, mime = self.objects[path]
        return "200 OK", mime, b"" if method == "PUT" else data

    def signed(self, environ, body: bytes) -> bool:
        """AWS Signature Version 4, worked out from its specification apart from the client's library."""
        found = re.fullmatch(
            r"AWS4-HMAC-SHA256 Credential=an-id/((\d+)/([\w-]+)/s3/aws4_request), ?"
            r"SignedHeaders=([\w;-]+), ?Signature=(\w+)",
            environ["HTTP_AUTHORIZATION"],
        )
        scope, day, region, names, signature = found.groups()
        given = {name: environ.get("HTTP_" + name.upper().replace("-", "_"), "") for name in names.split(";")}
        given |= {name: environ[name.upper().replace("-", "_")] for name in given if name.startswith("content-t")}
        given |= {name: environ["CONTENT_LENGTH"] for name in given if name == "content-length"}
        query = "&".join(f"{quote(k)}={quote(v)}" for k, v in parse_qsl(environ["QUERY_STRING"], True))
        headers = "".join(f"{name}:{value}\n" for name, value in given.items())
        digest = hashlib.sha256(body).hexdigest()
        asked = "\n".join([environ["REQUEST_METHOD"], quote(environ["PATH_INFO"]), query, headers, names, digest])
        hashed = hashlib.sha256(asked.encode()).hexdigest()
        words = "\n".join(["AWS4-HMAC-SHA256", environ["HTTP_X_AMZ_DATE"], scope, hashed])
        key = f"AWS4{SECRET}".encode()
        for part in (day, region, "s3", "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        return hmac.new(key, words.encode(), "sha256").hexdigest() == signature


@pytest.fixture
def s3(monkeypatch) -> Iterator[S3]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "an-id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    stand_in = S3()
    server = make_server("127.0.0.1", 0, stand_in, handler_class=QuietHandler)
    stand_in.url = f"s3://files/vouch/live?endpoint=http://127.0.0.1:{server.server_port}&region=eu-central-1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield stand_in
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=["directory", "bucket"])
def store(request, tmp_path: Path) -> storage.Storage:
    url = "" if request.param == "directory" else request.getfixturevalue("s3").url
    return storage.open_storage(url, root=tmp_path)


# What every store promises


def test_what_is_put_is_got_until_it_is_deleted(store: storage.Storage) -> None:
    data = bytes(range(256)) * 50
    store.put(KEY, data, "image/webp")
    assert store.exists(KEY)
    assert store.get(KEY) == data
    store.delete(KEY)
    assert not store.exists(KEY)


def test_a_later_put_takes_the_earlier_one_s_place(store: storage.Storage) -> None:
    store.put(KEY, b"old and longer", "image/webp")
    store.put(KEY, b"", "image/webp")
    assert store.get(KEY) == b""


def test_keys_do_not_share_bytes(store: storage.Storage) -> None:
    store.put("a/b", b"1", "text/plain")
    store.put("a/c", b"2", "text/plain")
    store.delete("a/c")
    assert store.get("a/b") == b"1"


def test_what_is_not_there_is_not_found(store: storage.Storage) -> None:
    store.put("folder/x", b"1", "text/plain")
    assert not store.exists(KEY)
    assert not store.exists("folder")
    for missing in (KEY, "folder"):
        with pytest.raises(FileNotFoundError):
            store.get(missing)


def test_deleting_what_is_not_there_changes_nothing(store: storage.Storage) -> None:
    store.put("folder/x", b"1", "text/plain")
    store.delete(KEY)
    store.delete("folder")
    assert store.get("folder/x") == b"1"


@pytest.mark.parametrize("key", BAD_KEYS)
def test_a_key_that_could_lead_elsewhere_is_refused(store: storage.Storage, key: str) -> None:
    for act in (store.get, store.delete, store.exists, lambda bad: store.put(bad, b"", "text/plain")):
        with pytest.raises(ValueError, match="not a storage key"):
            act(key)


# A directory


def test_files_lie_below_the_directory_and_are_private(tmp_path: Path) -> None:
    storage.open_storage("", root=tmp_path).put(KEY, b"x", "image/webp")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files == [tmp_path / KEY]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600


def test_a_file_url_names_another_directory(tmp_path: Path) -> None:
    there = tmp_path / "some where"
    storage.open_storage(f"file://{quote(str(there))}", root=tmp_path / "root").put(KEY, b"x", "image/webp")
    assert (there / KEY).read_bytes() == b"x"
    assert not (tmp_path / "root").exists()


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_bytes_and_no_litter(tmp_path: Path, monkeypatch, step: str) -> None:
    store = storage.open_storage("", root=tmp_path)
    store.put(KEY, b"old", "image/webp")

    def disk_full(*_) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, disk_full)
    with pytest.raises(OSError, match="No space"):
        store.put(KEY, b"new", "image/webp")
    assert store.get(KEY) == b"old"
    assert os.listdir(tmp_path / "photo") == ["7k0m1xq9.webp"]


# A bucket


def test_an_object_lies_under_its_prefix_with_its_type(s3: S3, tmp_path: Path) -> None:
    store = storage.open_storage(s3.url, root=tmp_path)
    store.put(KEY, b"x", "image/webp")
    store.get(KEY)
    store.exists(KEY)
    assert s3.objects == {f"/files/vouch/live/{KEY}": (b"x", "image/webp")}
    store.delete(KEY)
    assert s3.objects == {}
    assert [request.split()[0] for request in s3.requests] == ["PUT", "GET", "HEAD", "POST"]
    assert not any(tmp_path.iterdir())


def test_a_request_signed_with_another_secret_is_turned_away(s3: S3, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    store = storage.open_storage(s3.url, root=tmp_path)
    with pytest.raises(Exception, match=r"403|Forbidden|denied"):
        store.put(KEY, b"x", "image/webp")
    assert s3.objects == {}


def test_a_store_in_trouble_is_busy_after_one_more_try(s3: S3, tmp_path: Path) -> None:
    store = storage.open_storage(s3.url, root=tmp_path)
    s3.failing = True
    with pytest.raises(Busy, match="try again"):
        store.get(KEY)
    assert len(s3.requests) == 2


def test_a_store_that_is_away_is_busy(s3: S3, tmp_path: Path) -> None:
    away = re.sub(r":\d+&", ":1&", s3.url)
    store = storage.open_storage(away, root=tmp_path)
    for act in (store.get, store.exists, store.delete, lambda key: store.put(key, b"", "text/plain")):
        with pytest.raises(Busy):
            act(KEY)


def test_a_store_used_before_a_fork_says_so_instead_of_hanging(s3: S3, tmp_path: Path, monkeypatch) -> None:
    store = storage.open_storage(s3.url, root=tmp_path)
    store.put(KEY, b"x", "image/webp")
    monkeypatch.setattr(os, "getpid", lambda: 1)
    with pytest.raises(RuntimeError, match="after the fork"):
        store.get(KEY)


# URLs


@pytest.mark.parametrize(
    "url",
    [
        "file:",
        "file://elsewhere/dir",
        "s3:",
        "s3:///prefix",
        "s3://b?region",
        "s3://b?secret=x",
        "gs://b",
        "/a/path",
        "x",
    ],
)
def test_a_url_that_names_no_store_is_a_mistake_told_at_once(url: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"storage URL|bad query field"):
        storage.open_storage(url, root=tmp_path)
