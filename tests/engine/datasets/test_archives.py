"""Protects the import of archives: the same data as the folder that was packed, read in place, the order no matter."""

import gzip
import io
import lzma
import os
import tarfile
import zipfile

import numpy as np
import pytest
from PIL import Image

from hvae_engine.datasets import describe, folders, load_data, prospect
from hvae_engine.datasets.prospecting import preview
from hvae_engine.datasets.trees import archives, tar_members
from hvae_engine.datasets.trees.archives import Archive
from hvae_engine.datasets.trees.zip_members import zip_members
from hvae_engine.errors import DataError
from tests.engine.datasets.corpus import alone, good_members, member, picture, tarred, zipped

KINDS = ("zip", "deflated.zip", "tar", "tar.gz", "tgz", "tar.bz2", "tar.xz")


@pytest.fixture
def folder(tmp_path):
    """Pictures of one value each, for training in two classes and for a test, with one that is broken."""
    home = tmp_path / "home" / "photos"
    for part, count in (("train", 24), ("test", 10)):
        for number in range(count):
            place = home / part / f"class {number % 2}"
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{number}.png").write_bytes(picture(10 * number))
    (home / "train" / "class 1" / "bad.png").write_bytes(b"bad")
    (home / "train" / "class 1" / "notes.txt").write_text("notes")
    return home


def pack(folder, path):
    """Pack a folder the way the name of `path` says."""
    files = sorted(folder.rglob("*"), key=lambda file: file.name)
    if path.suffix == ".zip":
        method = zipfile.ZIP_DEFLATED if "deflated" in path.name else zipfile.ZIP_STORED
        with zipfile.ZipFile(path, "w", method) as archive:
            for file in files:
                archive.write(file, file.relative_to(folder.parent))
    else:
        ending = path.name.rpartition(".")[2]
        with tarfile.open(path, {"tar": "w", "tgz": "w:gz"}.get(ending, f"w:{ending}")) as archive:
            for file in files:
                archive.add(file, str(file.relative_to(folder.parent)), recursive=False)
    return path


def values(images):
    return images.pixels[:, 0, 0, 0].tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_is_its_folder(folder, tmp_path, kind):
    path = pack(folder, tmp_path / f"photos.{kind}")
    plain, packed = load_data(folder), load_data(path)
    for part in ("train", "validation", "test"):
        assert values(getattr(plain, part)) == values(getattr(packed, part))
        assert getattr(plain, part).labels.tolist() == getattr(packed, part).labels.tolist()
    assert plain.classes == packed.classes == ("class 0", "class 1")
    assert packed.source == str(path)
    assert packed.name == path.name
    assert [one.reason for one in packed.skipped] == ["It is not an image, whatever its name says."]
    assert [one.path for one in packed.skipped] == ["photos/train/class 1/bad.png"]
    assert describe(path) == "Import 25 images in 2 classes and 10 test images" == describe(folder)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_unpacked(folder, tmp_path, kind, cache):
    path = pack(folder, tmp_path / f"photos.{kind}")
    before = sorted(os.listdir(tmp_path))
    load_data(path)
    assert sorted(os.listdir(tmp_path)) == before
    assert [file.suffix for file in cache.iterdir()] == [".npz"]


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_a_second_opening_looks_at_no_member(folder, tmp_path, monkeypatch, kind):
    path = pack(folder, tmp_path / f"photos.{kind}")
    first = load_data(path)
    monkeypatch.setattr(folders, "import_images", None)
    again = load_data(path)
    assert values(first.train) == values(again.train)
    assert first.skipped == again.skipped
    assert first.classes == again.classes
    assert first.train.labels.tolist() == again.train.labels.tolist()
    os.utime(path, (1, 1))
    with pytest.raises(TypeError):
        load_data(path)


@pytest.mark.parametrize("kind", KINDS)
def test_what_an_import_would_find_and_show(folder, tmp_path, kind):
    found = prospect(pack(folder, tmp_path / f"photos.{kind}"))
    assert (found.size, found.colour, found.training() + found.held_out()) == (12, False, 25)
    shown = preview(found, 9, True, 6)
    assert shown.shape[1:] == (3, 9, 9)
    assert 5 <= len(shown) <= 6


def test_large_packed_archives_are_shown_by_their_beginning(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "HANDY", 5)
    path = alone("a.tar.gz", gzip.compress(tarred()))(tmp_path)
    assert sorted(preview(prospect(path), 12, False, 20)[:, 0, 0, 0].tolist()) == [0, 1, 2, 3, 4]


def test_a_description_stops_in_time(tmp_path, monkeypatch):
    path = alone("a.zip", zipped(good_members()))(tmp_path)
    archive = Archive(path, seconds=0)
    assert not archive.complete
    archive = Archive(path, most=5)
    assert len(archive.pieces) == 6
    assert not archive.complete


def test_the_good_part_of_a_damaged_archive_is_kept(tmp_path):
    whole = tarred()
    cut = alone("a.tar", whole[: 1024 * 11 + 512 + 20])(tmp_path)
    data = load_data(cut)
    assert len(data.train) + len(data.validation) == 11
    assert data.skipped


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_a_packed_archive_that_breaks_off_gives_what_came_before(tmp_path, pack):
    rng = np.random.default_rng(0)
    extra = []
    for number in range(40):
        info = tarfile.TarInfo(f"noise{number}.bmp")
        contents = b"BM" + rng.bytes(3000)
        info.size = len(contents)
        extra.append((info, contents))
    whole = pack(tarred(*extra))
    data = load_data(alone("a.tar.gz", whole[: len(whole) * 3 // 4])(tmp_path))
    assert len(data.train) + len(data.validation) == 12
    assert any("is damaged or truncated" in one.reason for one in data.skipped)


def test_zip_beyond_four_gigabytes_and_65535_members(tmp_path):
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(66_000):
            archive.writestr(f"{number}.txt", b"")
        info = zipfile.ZipInfo("a.png")
        with archive.open(info, "w", force_zip64=True) as entry:
            entry.write(picture(3))
    members = list(zip_members(path))
    assert len(members) == 66_001
    assert members[-1].name == "a.png"
    assert members[-1].piece.size == len(picture(3))


def test_zip64_sizes_in_the_directory(tmp_path):
    whole = zipped(good_members())
    at = whole.rfind(b"PK\1\2")
    name_length = int.from_bytes(whole[at + 28 : at + 30], "little")
    fields = whole[at + 20 : at + 28]
    sizes = fields[4:] + bytes(4) + fields[:4] + bytes(4)
    extra = b"\1\0\x10\0" + sizes
    entry = (
        whole[at : at + 20]
        + b"\xff" * 8
        + whole[at + 28 : at + 30]
        + len(extra).to_bytes(2, "little")
        + whole[at + 32 : at + 46 + name_length]
        + extra
    )
    end = whole.rfind(b"PK\5\6")
    size = int.from_bytes(whole[end + 12 : end + 16], "little") + len(extra)
    tail = whole[end : end + 12] + size.to_bytes(4, "little") + whole[end + 16 :]
    path = alone("a.zip", whole[:at] + entry + tail)(tmp_path)
    assert len(load_data(path).train) == 11


def test_zstandard_says_what_it_needs(tmp_path, monkeypatch):
    monkeypatch.setattr(tar_members, "ZSTD_MODULES", ("no_such_module",))
    path = alone("a.tar.zst", b"\x28\xb5\x2f\xfd" + bytes(100))(tmp_path)
    with pytest.raises(
        DataError,
        match=r"packed with Zstandard, which this Python cannot unpack: install the package backports\.zstd, or pack",
    ):
        load_data(path)


def test_a_colourful_archive_at_another_size(tmp_path):
    files = {f"{number}.jpg": picture_of(number) for number in range(12)}
    data = load_data(alone("a.zip", zipped(files))(tmp_path), size=16, colour=False, framing="fit")
    assert data.shape == (1, 16, 16)
    assert (data.train.pixels[:, :, :3] == 0).all()
    assert (data.train.pixels[:, :, 8] > 0).all()


def picture_of(number):
    out = io.BytesIO()
    Image.new("RGB", (200, 100), (200, 100 + number, 50)).save(out, "JPEG")
    return out.getvalue()


def test_unpacking_something_long_on_the_way_can_be_ended(tmp_path):
    """Between the pictures lies a file of twenty megabytes, which is unpacked and dropped."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, contents in (("a.png", picture(1)), ("notes.txt", bytes(20_000_000)), ("b.png", picture(2))):
            tar.addfile(*member(name, contents))
    path = alone("a.tar.gz", gzip.compress(out.getvalue(), 1))(tmp_path)
    calls = []

    def tick(found=0):
        calls.append(found)
        if len(calls) > 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Archive(path, tick=tick)
    archive = Archive(path)
    calls.clear()
    found = archive.contents(list(archive.pieces), tick)
    assert next(found)[0] == 0
    with pytest.raises(KeyboardInterrupt):
        next(found)
    assert len(Archive(path, seconds=0).pieces) == 0
