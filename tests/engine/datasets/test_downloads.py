"""Protects downloads: checked, resumed, cancelled, refused when offline; the server is on the loopback address."""

import gzip
import hashlib
import http.server
import io
import struct
import tarfile
import threading
import time
import zipfile

import numpy as np
import pytest
from PIL import Image

from hvae_engine.datasets import describe, load_data
from hvae_engine.datasets.remote import catalogue, downloads, fetching
from hvae_engine.datasets.remote.catalogue import OFFERS, Offer, Remote
from hvae_engine.errors import DataError


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves `server.files`; remembers what was asked for and from where on; can break off and can be slow."""

    def do_GET(self):
        contents = self.server.files.get(self.path.rpartition("/")[2])
        self.server.asked.append((self.path, self.headers.get("Range")))
        if contents is None:
            self.send_error(404)
            return
        first = int(self.headers.get("Range", "bytes=0-")[6:-1]) if self.server.ranges else 0
        if first >= len(contents):
            self.send_error(416)
            return
        self.send_response(206 if first else 200)
        self.send_header("Content-Length", str(len(contents) - first))
        self.end_headers()
        end = len(contents) if self.server.breaks_at is None else self.server.breaks_at
        for start in range(first, end, 10_000):
            self.wfile.write(contents[start : min(start + 10_000, end)])
            self.server.hold.wait(5 if self.server.slow else 0)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.files, server.asked, server.ranges = {}, [], True
    server.breaks_at, server.slow, server.hold = None, False, threading.Event()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    server.place = f"http://127.0.0.1:{server.server_address[1]}/some/"
    yield server
    server.hold.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def nothing_at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STRATA_DATA", raising=False)


def offer(server, monkeypatch, name, files):
    """Put files on the server and into the catalogue instead of the real ones."""
    server.files |= files
    remotes = [
        Remote(file, (server.place,), hashlib.md5(contents, usedforsecurity=False).hexdigest(), len(contents))
        for file, contents in files.items()
    ]
    real = OFFERS[name]
    replaced = {**OFFERS, name: Offer(real.title, real.words, real.folder, tuple(remotes))}
    monkeypatch.setattr(downloads, "OFFERS", replaced)
    return remotes


def idx(values):
    return gzip.compress(struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape) + values.tobytes())


def small_mnist():
    rng = np.random.default_rng(0)
    parts = {"train": 60, "t10k": 12}
    files = {f"{part}-images-idx3-ubyte.gz": rng.integers(0, 256, (n, 28, 28), np.uint8) for part, n in parts.items()}
    labels = {f"{part}-labels-idx1-ubyte.gz": (np.arange(n) % 10).astype(np.uint8) for part, n in parts.items()}
    return {name: idx(values) for name, values in (files | labels).items()}


def test_mnist_by_name_is_downloaded_once(server, monkeypatch, cache):
    offer(server, monkeypatch, "mnist", small_mnist())
    assert describe("MNIST").startswith("Download MNIST (")
    seen = []
    data = load_data("mnist", progress=lambda *counts: seen.append(counts))
    assert (data.source, data.name, len(data.train), len(data.test)) == ("mnist", "MNIST", 55, 12)
    assert len(server.asked) == 4
    total = sum(map(len, server.files.values()))
    assert (total, total) in seen
    assert describe("mnist") == "Import 60 images and 12 test images with labels"
    load_data("mnist")
    assert len(server.asked) == 4
    assert (cache / "downloads" / "MNIST" / "raw" / "train-images-idx3-ubyte.gz").is_file()


def test_copies_in_torchvisions_layout_are_used(server, monkeypatch, tmp_path):
    offer(server, monkeypatch, "fashion-mnist", small_mnist())
    raw = tmp_path / "data" / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for name, contents in server.files.items():
        (raw / name.removesuffix(".gz")).write_bytes(gzip.decompress(contents))
    assert len(load_data("FashionMNIST").train) == 55
    assert not server.asked


def test_a_named_folder_of_data_sets_is_looked_into(server, monkeypatch, tmp_path):
    offer(server, monkeypatch, "kmnist", small_mnist())
    raw = tmp_path / "elsewhere" / "KMNIST" / "raw"
    raw.mkdir(parents=True)
    for name, contents in server.files.items():
        (raw / name).write_bytes(contents)
    monkeypatch.setenv("STRATA_DATA", str(tmp_path / "elsewhere"))
    assert len(load_data("kmnist").train) == 55
    assert not server.asked


def cifar_archive():
    rng = np.random.default_rng(0)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name in (*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin"):
            records = rng.integers(0, 256, (6, 3073), np.uint8)
            records[:, 0] = np.arange(6)
            info = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            info.size = records.nbytes
            archive.addfile(info, io.BytesIO(records.tobytes()))
    return out.getvalue()


def test_cifar_is_read_from_its_binary_archive(server, monkeypatch):
    offer(server, monkeypatch, "cifar-10", {"cifar-10-binary.tar.gz": cifar_archive()})
    data = load_data("cifar10")
    assert (data.shape, len(data.train), len(data.validation), len(data.test)) == ((3, 32, 32), 28, 2, 6)
    assert data.classes[3] == "cat"
    assert data.test.labels.tolist() == list(range(6))
    assert describe("cifar10") == "Import 30 images in 10 classes and 6 test images"


def omniglot_zip(folder, alphabets):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for alphabet in alphabets:
            for number in range(6):
                picture = io.BytesIO()
                Image.new("1", (105, 105), number % 2).save(picture, "PNG")
                archive.writestr(f"{folder}/{alphabet}/character01/{number:04}.png", picture.getvalue())
    return out.getvalue()


def test_omniglot_is_read_from_its_two_archives(server, monkeypatch):
    files = {
        "images_background.zip": omniglot_zip("images_background", ["Greek", "Latin"]),
        "images_evaluation.zip": omniglot_zip("images_evaluation", ["Glagolitic"]),
    }
    offer(server, monkeypatch, "omniglot", files)
    data = load_data("omniglot")
    assert (data.shape, len(data.train) + len(data.validation), len(data.test)) == ((1, 28, 28), 12, 6)
    assert data.classes == ("Glagolitic", "Greek", "Latin")
    assert set(data.test.labels.tolist()) == {0}
    assert len(load_data("omniglot").test) == 6


def test_a_cancelled_download_goes_on_where_it_was(server, monkeypatch, tmp_path):
    contents = bytes(np.random.default_rng(0).integers(0, 256, 300_000, np.uint8))
    (remote,) = offer(server, monkeypatch, "cifar-10", {"file": contents})
    server.slow = True

    def cancel(there):
        if there >= 10_000:
            raise KeyboardInterrupt

    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        fetching.fetch(remote, tmp_path / "file", cancel)
    assert time.monotonic() - begun < 3
    assert threading.active_count() < 5
    there = (tmp_path / "file.part").stat().st_size
    assert 10_000 <= there < 300_000
    assert not (tmp_path / "file").exists()
    server.slow = False
    server.hold.set()
    fetching.fetch(remote, tmp_path / "file", lambda there: None)
    assert server.asked[-1][1] == f"bytes={there}-"
    assert (tmp_path / "file").read_bytes() == contents


@pytest.mark.parametrize("ranges", [True, False])
def test_a_part_of_something_else_is_thrown_away(server, monkeypatch, tmp_path, ranges):
    (remote,) = offer(server, monkeypatch, "cifar-10", {"file": b"what is wanted" * 1000})
    server.ranges = ranges
    (tmp_path / "file.part").write_bytes(b"something else")
    fetching.fetch(remote, tmp_path / "file", lambda there: None)
    assert (tmp_path / "file").read_bytes() == b"what is wanted" * 1000
    assert not (tmp_path / "file.part").exists()


def test_a_whole_part_is_only_checked(server, monkeypatch, tmp_path):
    (remote,) = offer(server, monkeypatch, "cifar-10", {"file": b"what is wanted"})
    (tmp_path / "file.part").write_bytes(b"what is wanted")
    fetching.fetch(remote, tmp_path / "file", lambda there: None)
    assert (tmp_path / "file").read_bytes() == b"what is wanted"


def unreachable(server):
    place = server.place
    server.place = "http://127.0.0.1:9/some/"
    return place


@pytest.mark.parametrize(
    ("trouble", "found"),
    [
        ("offline", "cannot be reached (Connection refused)"),
        ("no such file", "answered 404 (Not Found)"),
        ("another file", "gave another file than expected"),
        ("breaks off", "gave another file than expected"),
    ],
)
def test_sentences(server, monkeypatch, cache, trouble, found):
    if trouble == "offline":
        unreachable(server)
    offer(server, monkeypatch, "mnist", small_mnist())
    if trouble == "no such file":
        server.files.clear()
    if trouble == "another file":
        server.files["train-images-idx3-ubyte.gz"] = b"<html>Pay for the wireless network first</html>"
    if trouble == "breaks off":
        server.breaks_at = 9_000
    with pytest.raises(DataError) as caught:
        load_data("mnist")
    folder = cache / "downloads" / "MNIST" / "raw"
    assert str(caught.value) == (
        f"train-images-idx3-ubyte.gz could not be downloaded: {server.place} {found}. Check the connection and try"
        f" again, or put the file into {folder}."
    )
    assert not [file for file in folder.iterdir() if file.suffix != ".part"]


def test_the_next_place_is_tried(server, monkeypatch, tmp_path):
    (remote,) = offer(server, monkeypatch, "cifar-10", {"file": b"what is wanted"})
    remote = remote._replace(places=("http://127.0.0.1:9/", server.place + "not/here/", server.place))
    fetching.fetch(remote, tmp_path / "file", lambda there: None)
    assert (tmp_path / "file").read_bytes() == b"what is wanted"


def test_an_endless_answer_is_not_read_to_its_end(server, monkeypatch, tmp_path):
    (remote,) = offer(server, monkeypatch, "cifar-10", {"file": bytes(40_000_000)})
    remote = remote._replace(size=1000)
    most = []
    with pytest.raises(DataError, match="gave another file than expected"):
        fetching.fetch(remote, tmp_path / "file", lambda there: most.append(there))
    assert max(most) < 1_000_000


def test_a_folder_that_cannot_be_written(server, monkeypatch, tmp_path):
    (remote,) = offer(server, monkeypatch, "cifar-10", {"file": b"what is wanted"})
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(DataError, match="cannot be written"):
        fetching.fetch(remote, tmp_path / "taken" / "file", lambda there: None)


def test_the_catalogue_is_plausible():
    assert set(OFFERS) == {"mnist", "fashion-mnist", "kmnist", "omniglot", "cifar-10"}
    assert set(catalogue.ALIASES.values()) <= set(OFFERS)
    for one in OFFERS.values():
        assert one.size > 10_000_000
        for file in one.files:
            assert len(bytes.fromhex(file.md5)) == 16
            assert all(place.startswith("http") and place.endswith("/") for place in file.places)
