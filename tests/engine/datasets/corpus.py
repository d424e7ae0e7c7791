"""Hostile and odd inputs, and what has to come of each: the sentence that refuses it or names what was left out."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

GOOD = 12
"""Good pictures that lie beside a bad one."""


class Case(NamedTuple):
    """One input.

    Attributes:
        name: of the case, the part before a slash being its kind.
        make: puts it into a folder and gives what is asked for.
        refused: what the sentence must match that refuses all of it; empty: it is loaded.
        skipped: what the reason must match for which part of it is left out; empty: nothing is.
    """

    name: str
    make: Callable[[Path], object]
    refused: str = ""
    skipped: str = ""


def picture(value: int = 0, kind: str = "PNG", size: tuple[int, int] = (12, 12), mode: str = "L") -> bytes:
    """The bytes of a good picture."""
    out = io.BytesIO()
    Image.new(mode, size, value).save(out, kind)
    return out.getvalue()


def noise(kind: str) -> bytes:
    """A picture that does not compress, so that a cut through its middle hurts."""
    out = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (24, 24), np.uint8)).save(out, kind)
    return out.getvalue()


def beside_good_ones(name: str, contents: bytes) -> Callable[[Path], Path]:
    """A folder of good pictures and one other file."""

    def make(folder: Path) -> Path:
        for number in range(GOOD):
            (folder / f"good{number}.png").write_bytes(picture(number))
        (folder / name).write_bytes(contents)
        return folder

    return make


def alone(name: str, contents: bytes) -> Callable[[Path], Path]:
    """One file."""

    def make(folder: Path) -> Path:
        (folder / name).write_bytes(contents)
        return folder / name

    return make


def png_chunk(kind: bytes, contents: bytes) -> bytes:
    return struct.pack(">I", len(contents)) + kind + contents + struct.pack(">I", zlib.crc32(kind + contents))


def huge_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header promises a giant."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(kind, contents) for kind, contents in chunks)


def huge_tiff(side: int) -> bytes:
    """A TIFF of a few bytes whose header promises a giant."""
    tags = ((256, side), (257, side), (258, 8), (259, 1), (262, 1), (273, 200), (277, 1), (278, side), (279, 2**31))
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(300)


def huge_webp(side: int) -> bytes:
    """A WebP of a few bytes whose header promises a giant."""
    extended = b"VP8X" + struct.pack("<II", 10, 2) + 2 * struct.pack("<I", side - 1)[:3]
    return b"RIFF" + struct.pack("<I", 1000) + b"WEBP" + extended + b"ANIM" + struct.pack("<I", 6) + bytes(906)


DAMAGED = r"It is damaged or truncated\.|It is not an image, whatever its name says\.|It is empty\."
TOO_LARGE = r"It is too large: it has more than 64 000 000 pixels\."


def cut_at_every_byte(kind: str, ending: str, header: int) -> Callable[[Path], Path]:
    """A folder of good pictures, and of one that breaks off after each byte of its header."""

    def make(folder: Path) -> Path:
        for length in range(header):
            (folder / f"bad{length}.{ending}").write_bytes(noise(kind)[:length])
        return beside_good_ones("last.png", picture())(folder)

    return make


def truncated_pictures() -> Iterator[Case]:
    headers = {"JPEG": ("jpg", noise("JPEG").index(b"\xff\xda") + 10), "TIFF": ("tif", 300), "GIF": ("gif", 800)}
    for kind, (ending, header) in {**headers, "BMP": ("bmp", 1078), "PNG": ("png", 80), "WEBP": ("webp", 60)}.items():
        yield Case(f"{kind} cut at every byte", cut_at_every_byte(kind, ending, header), skipped=DAMAGED)
    for kind, ending in (("PNG", "png"), ("JPEG", "jpg"), ("GIF", "gif"), ("BMP", "bmp"), ("WEBP", "webp")):
        contents = noise(kind)
        for length in range(32):
            make = beside_good_ones(f"bad.{ending}", contents[:length])
            yield Case(f"truncated {kind}/{length}", make, skipped=DAMAGED)
        half = contents[: len(contents) // 2]
        yield Case(f"truncated {kind}/half", beside_good_ones(f"bad.{ending}", half), skipped=DAMAGED)
        turned = bytes(255 - byte for byte in contents)
        yield Case(f"inverted {kind}", beside_good_ones(f"bad.{ending}", turned), skipped=DAMAGED)
    for length in (0, 1, 8, 20):
        yield Case(f"truncated TIFF/{length}", beside_good_ones("bad.tif", noise("TIFF")[:length]), skipped=DAMAGED)
    yield Case("truncated PGM", beside_good_ones("bad.pgm", b"P5 24 24 255\nxx"), skipped=DAMAGED)


def giants() -> Iterator[Case]:
    for width, height in ((60_000, 60_000), (2**31 - 1, 1), (1, 2**31 - 1), (8001, 8000), (2**31 - 1, 2**31 - 1)):
        make = beside_good_ones("bomb.png", huge_png(width, height))
        yield Case(f"giant PNG/{width}x{height}", make, skipped=f"{TOO_LARGE}|{DAMAGED}")
    for fields in ((60_000, 60_000), (2**31 - 1, 2**31 - 1), (30_000, 3000)):
        header = b"BM" + struct.pack("<IHHIIiiHHIIiiII", 1000, 0, 0, 54, 40, *fields, 1, 24, 0, 0, 0, 0, 0, 0)
        yield Case(f"giant BMP/{fields}", beside_good_ones("bomb.bmp", header), skipped=f"{TOO_LARGE}|{DAMAGED}")
    yield Case("giant PGM", beside_good_ones("bomb.pgm", b"P5 60000 60000 255\n"), skipped=f"{TOO_LARGE}|{DAMAGED}")
    gif = b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + bytes(10)
    yield Case("giant GIF", beside_good_ones("bomb.gif", gif), skipped=f"{TOO_LARGE}|{DAMAGED}")
    small, frame = picture(kind="GIF"), picture(kind="GIF").index(b",")
    wide = small[: frame + 5] + struct.pack("<HH", 60_000, 60_000) + small[frame + 9 :]
    yield Case("giant frame of a GIF", beside_good_ones("bomb.gif", wide), skipped=TOO_LARGE)
    small, frame = picture(kind="JPEG"), picture(kind="JPEG").index(b"\xff\xc0")
    wide = small[: frame + 5] + struct.pack(">HH", 60_000, 60_000) + small[frame + 9 :]
    yield Case("giant JPEG", beside_good_ones("bomb.jpg", wide), skipped=TOO_LARGE)
    for side in (60_000, 2**32 - 1):
        yield Case(f"giant TIFF/{side}", beside_good_ones("bomb.tif", huge_tiff(side)), skipped=TOO_LARGE)
    yield Case("giant WebP", beside_good_ones("bomb.webp", huge_webp(60_000)), skipped=TOO_LARGE)
    loop = b"II*\0" + struct.pack("<IHI", 8, 0, 8)
    yield Case("TIFF in a circle", beside_good_ones("bomb.tif", loop), skipped=DAMAGED)
    digits = b"P6 " + b"9" * 100_000 + b" 1 255\n"
    yield Case("PPM with a number without end", beside_good_ones("bomb.ppm", digits), skipped=DAMAGED)
    out = io.BytesIO()
    Image.new("1", (8100, 8000)).save(out, "PNG")
    yield Case("giant PNG that is really there", beside_good_ones("bomb.png", out.getvalue()), skipped=TOO_LARGE)
    text = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(100_000_000), 9))
    small = picture()
    bomb = small[:33] + text + small[33:]
    yield Case("PNG with a bomb in its comment", beside_good_ones("bomb.png", bomb), skipped=f"{DAMAGED}|^$")


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, contents in members.items():
            archive.writestr(name, contents)
    return out.getvalue()


def good_members() -> dict[str, bytes]:
    return {f"{number:02}.png": picture(number) for number in range(GOOD)}


def zip_with(info: zipfile.ZipInfo, contents: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, good in good_members().items():
            archive.writestr(name, good)
        archive.writestr(info, contents or picture(99))
    return out.getvalue()


def altered(contents: bytes, old: bytes, new: bytes, last: bool = False) -> bytes:
    at = contents.rfind(old) if last else contents.find(old)
    assert at >= 0
    return contents[:at] + new + contents[at + len(old) :]


OUTSIDE = r"Its name leads out of the archive\."
NO_FILE = r"It is a link or a device, and no file\."
ZIP_DAMAGE = (
    r"is (damaged|truncated|damaged or truncated)[:,].*get it again|neither a tar nor IDX|is of a kind that|is empty"
)


def zips() -> Iterator[Case]:
    whole = zipped(good_members())
    end = whole.rfind(b"PK\5\6")
    yield Case("zip/good", alone("good.zip", whole))
    yield Case("zip/good and packed", alone("good.zip", zipped(good_members(), zipfile.ZIP_DEFLATED)))
    yield Case("zip/something before it", alone("good.zip", b"#!/bin/sh\n" * 50 + whole))
    yield Case("zip/something after it", alone("good.zip", whole + b"\0" * 100))
    yield Case("zip/named .cbz", alone("good.cbz", whole))
    for cut in range(22):
        yield Case(f"zip cut in its last record/{cut}", alone("bad.zip", whole[: end + cut]), refused=ZIP_DAMAGE)
    for cut in (0, 1, 4, 30, 100, 1000):
        yield Case(f"zip cut/{cut}", alone("bad.zip", whole[:cut]), refused=ZIP_DAMAGE)
    for field, at in (("count", 10), ("size", 12), ("offset", 16)):
        for value in (b"\xff\xff\xff\xff", b"\xfe\xff\xff\x7f"):
            bad = whole[: end + at] + (value[:2] if field == "count" else value) + whole[end + at :][len(value) :]
            refused = "" if field == "count" and len(bad) == len(whole) - 2 else ZIP_DAMAGE
            if field != "count":
                yield Case(
                    f"zip that lies about its directory/{field} {value[0]}", alone("bad.zip", bad), refused=refused
                )
    for name in ("../../evil.png", "/etc/evil.png", "a/../../evil.png", "C:/evil.png", "..\\evil.png", "./../evil.png"):
        yield Case(f"zip traversal/{name}", alone("bad.zip", zip_with(zipfile.ZipInfo(name))), skipped=OUTSIDE)
    for kind, mode in (("link", 0o120777), ("device", 0o020666), ("fifo", 0o010666), ("socket", 0o140777)):
        info = zipfile.ZipInfo("evil.png")
        info.create_system, info.external_attr = 3, mode << 16
        yield Case(f"zip with a {kind}", alone("bad.zip", zip_with(info, b"/etc/passwd")), skipped=NO_FILE)
    yield Case(
        "zip/long name", alone("bad.zip", zip_with(zipfile.ZipInfo("d" * 5000 + ".png"))), skipped="Its name is longer"
    )
    deep = zipfile.ZipInfo("d/" * 30_000 + "a.png")
    yield Case("zip/deep name", alone("bad.zip", zip_with(deep)), skipped=r"Its name is longer than 4096 letters or 64")
    yield Case("zip/a number without end", alone("good.zip", zip_with(zipfile.ZipInfo("9" * 4000 + ".png"))))
    for method, name in ((zipfile.ZIP_BZIP2, "bzip2"), (zipfile.ZIP_LZMA, "lzma")):
        mixed = io.BytesIO(zipped(good_members()))
        with zipfile.ZipFile(mixed, "a", method) as archive:
            archive.writestr("odd.png", picture(7))
        yield Case(f"zip packed with {name}", alone("bad.zip", mixed.getvalue()), skipped=r"It is packed by method \d+")
    flagged = zipped({**good_members(), "secret.png": picture(1)})
    at = flagged.rfind(b"PK\1\2")
    encrypted = flagged[: at + 8] + b"\1\0" + flagged[at + 10 :]
    yield Case("zip with a password", alone("bad.zip", encrypted), skipped=r"It is encrypted")
    yield Case("zip/another checksum", alone("bad.zip", wrong_checksum()), skipped=DAMAGED)
    yield Case("zip bomb in a picture", alone("bomb.zip", zip_bomb()), skipped=r"It would unpack to \d+ times its size")
    yield Case("zip bomb that lies", alone("bomb.zip", lying_bomb(1000)), skipped=DAMAGED)
    yield Case("zip that promises terabytes", alone("bomb.zip", lying_bomb(2**31)), skipped=r"It is too large: 2\.1 GB")
    yield Case("zip/non-UTF-8 name", alone("good.zip", foreign_name()))
    yield Case(
        "zip in a zip", alone("bad.zip", zipped({"inner.zip": whole})), refused=r"holds no images \(but \.zip files\)"
    )
    yield Case(
        "zip of text", alone("bad.zip", zipped({"a.txt": b"a", "b.md": b"b"})), refused=r"holds no images \(but \.\w+"
    )
    yield Case("zip of nothing", alone("bad.zip", zipped({})), refused=r"holds no images: pack")
    yield Case(
        "zip with one image", alone("bad.zip", zipped({"a.png": picture()})), refused=r"holds 1 image; Strata needs"
    )
    secrets = zipped(good_members())
    for at in [place for place in range(len(secrets)) if secrets[place : place + 4] == b"PK\1\2"]:
        secrets = secrets[: at + 8] + b"\1\0" + secrets[at + 10 :]
    words = r"holds no images that can be used, but 00\.png and 11 more\. It is encrypted"
    yield Case("zip with a password on everything", alone("bad.zip", secrets), refused=words)
    junk = ("__MACOSX/._00.png", ".DS_Store", "Thumbs.db", "._01.png", "@eaDir/00.png", "a/desktop.ini")
    yield Case("zip/junk of systems", alone("good.zip", zipped({**good_members(), **dict.fromkeys(junk, b"junk")})))
    yield Case("zip/a zip beside images", alone("good.zip", zipped({**good_members(), "inner.zip": whole})))
    both = {f"{name}/{number}.png": picture(number) for name in ("Cat", "cat") for number in range(GOOD)}
    yield Case(
        "zip/names that differ in case",
        alone("good.zip", zipped({**both, "cat/A.png": b"", "cat/a.PNG": b""})),
        skipped=r"It is empty",
    )
    heic = {"IMG_1.HEIC": b"\0\0\0 ftypheic"}
    yield Case("zip/HEIC", alone("good.zip", zipped({**good_members(), **heic})), skipped=r"does not read \(HEIC\)")
    yield Case("zip/many broken, one long name", alone("bad.zip", many_broken()), skipped=DAMAGED)
    pickles = dict.fromkeys(("cifar-10-batches-py/data_batch_1", "cifar-10-batches-py/test_batch"), b"\x80\4K\1.")
    yield Case("zip/CIFAR for Python", alone("bad.zip", zipped(pickles)), refused=r"\(but CIFAR as pickles for Python")
    yield Case("zip/the same name twice", alone("good.zip", twice()))
    yield Case("zip/its names are folders", alone("good.zip", zipped({**good_members(), "00.png/a.png": picture(3)})))


def many_broken() -> bytes:
    """Names that would take gigabytes if each had the room of the longest."""
    broken = {f"bad{number}.png": b"bad" for number in range(3000)}
    return zipped({**broken, "l" * 4000 + ".png": b"bad", **good_members()})


def wrong_checksum() -> bytes:
    whole = zipped({**good_members(), "odd.png": picture(77)})
    return altered(whole, picture(77), picture(77)[:-14] + b"\0" * 14)


def zip_bomb() -> bytes:
    return zipped({**good_members(), "bomb.bmp": bytes(100_000_000)}, zipfile.ZIP_DEFLATED)


def lying_bomb(claimed: int) -> bytes:
    """A zip whose directory gives its last member another size than it has."""
    whole = zipped({**good_members(), "bomb.bmp": bytes(1_000_000)}, zipfile.ZIP_DEFLATED)
    at = whole.rfind(b"PK\1\2")
    return whole[: at + 24] + struct.pack("<I", claimed) + whole[at + 28 :]


def foreign_name() -> bytes:
    whole = zipped({**good_members(), "cafe.png": picture(9)})
    return whole.replace(b"cafe.png", b"caf\xe9.png")


def twice() -> bytes:
    whole = zipped({**good_members(), "0X.png": picture(9)})
    return whole.replace(b"0X.png", b"01.png")


def tarred(*extra: tuple[tarfile.TarInfo, bytes], mode: str = "w", **options: object) -> bytes:
    """A tar of good pictures and other members."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, **options) as archive:  # type: ignore[call-overload]
        for name, contents in good_members().items():
            archive.addfile(*member(name, contents))
        for info, contents in extra:
            archive.addfile(info, io.BytesIO(contents))
    return out.getvalue()


def member(name: str, contents: bytes) -> tuple[tarfile.TarInfo, io.BytesIO]:
    info = tarfile.TarInfo(name)
    info.size = len(contents)
    return info, io.BytesIO(contents)


def odd_member(
    name: str, kind: bytes = tarfile.REGTYPE, contents: bytes = b"", link: str = ""
) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.size, info.linkname = kind, len(contents), link
    return info, contents


TAR_DAMAGE = r"is (damaged|not read).*|is empty|neither a tar nor IDX|is of a kind that|is a text file"


def tars() -> Iterator[Case]:
    whole = tarred()
    yield Case("tar/good", alone("good.tar", whole))
    packers = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}
    for ending, pack in packers.items():
        packed = pack(whole)
        yield Case(f"tar packed/{ending}", alone(f"good.tar.{ending}", packed))
        yield Case(f"tar packed and misnamed/{ending}", alone("good.tar", packed))
        for cut in (1, 5, 20, len(packed) // 3):
            yield Case(
                f"tar packed and cut/{ending} {cut}", alone(f"bad.tar.{ending}", packed[:cut]), refused=TAR_DAMAGE
            )
    for cut in (0, 1, 100, 256, 300, 511):
        yield Case(f"tar cut in its header/{cut}", alone("bad.tar", whole[:cut]), refused=TAR_DAMAGE)
    yield Case(
        "tar cut in a picture", alone("bad.tar", whole[: 1024 * 11 + 512 + 20]), skipped=f"{DAMAGED}|{TAR_DAMAGE}"
    )
    for name in ("../../evil.png", "/etc/evil.png", "a/../../evil.png"):
        extra = odd_member(name, contents=picture(1))
        yield Case(f"tar traversal/{name}", alone("bad.tar", tarred(extra)), skipped=OUTSIDE)
        yield Case(f"tar traversal, packed/{name}", alone("bad.tgz", gzip.compress(tarred(extra))), skipped=OUTSIDE)
    kinds = {
        "symlink": tarfile.SYMTYPE,
        "hard link": tarfile.LNKTYPE,
        "character device": tarfile.CHRTYPE,
        "block device": tarfile.BLKTYPE,
        "fifo": tarfile.FIFOTYPE,
    }
    for name, kind in kinds.items():
        extra = odd_member("evil.png", kind, link="/etc/passwd")
        yield Case(f"tar with a {name}", alone("bad.tar", tarred(extra)), skipped=NO_FILE)
        yield Case(f"tar with a {name}, packed", alone("bad.tar.gz", gzip.compress(tarred(extra))), skipped=NO_FILE)
    for claimed in (2**33, 2**40):
        bomb = with_size(claimed)
        yield Case(
            f"tar that lies about a size/{claimed}",
            alone("bad.tar", bomb),
            skipped=r"It is too large|is damaged or truncated",
        )
    yield Case(
        "tar with an endless name", alone("bad.tar", long_name(2**34)), refused=r"a header in it claims 17180 MB"
    )
    yield Case(
        "tar with an endless name, packed",
        alone("bad.tar.gz", gzip.compress(long_name(2**34))),
        refused=r"a header in it claims 17180 MB",
    )
    yield Case("tar of zeros", alone("bad.tar.gz", gzip.compress(bytes(20_000_000))), refused=r"holds no images: pack")
    yield Case("tar with a wrong checksum", alone("bad.tar", whole[:150] + b"9" + whole[151:]), refused=TAR_DAMAGE)
    yield Case("tar/non-UTF-8 name", alone("good.tar", tarred(odd_member("caf\udce9.png", contents=picture(2)))))
    yield Case("tar with a bomb", alone("bomb.tar.gz", tar_bomb()), skipped=r"It is too large|unpacks to more than")
    yield Case("tar/Zstandard", alone("a.tar.zst", b"\x28\xb5\x2f\xfd" + bytes(99)), refused=f"Zstandard|{TAR_DAMAGE}")
    yield Case("tar of text", alone("bad.tar", only_text()), refused=r"holds no images \(but \.txt files\)")


def only_text() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(*member("a.txt", b"text"))
    return out.getvalue()


def with_size(claimed: int) -> bytes:
    """A tar whose last member says that it is much larger than the archive."""
    info = tarfile.TarInfo("bomb.bmp")
    info.size = claimed
    return tarred()[: 1024 * GOOD] + info.tobuf(tarfile.GNU_FORMAT) + bytes(1024)


def long_name(claimed: int) -> bytes:
    """A tar whose first header says that a name of so many bytes follows."""
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, claimed
    return info.tobuf(tarfile.GNU_FORMAT) + bytes(100_000)


def tar_bomb() -> bytes:
    """A packed tar with a picture of 1.2 GB of zeros, all of which are there."""
    out = io.BytesIO()
    good = tarred()[: 1024 * GOOD]
    info = tarfile.TarInfo("bomb.bmp")
    info.size = 1_200_000_000
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1) as packed:
        packed.write(good + info.tobuf(tarfile.GNU_FORMAT))
        block = bytes(10_000_000)
        for _ in range(120):
            packed.write(block)
        packed.write(bytes(1024))
    return out.getvalue()


def npy(array: np.ndarray, **options: object) -> bytes:
    out = io.BytesIO()
    np.save(out, array, **options)  # type: ignore[arg-type]
    return out.getvalue()


def npy_header(text: str, data: bytes = b"", version: bytes = b"\1\0") -> bytes:
    padded = text.encode("latin1") + b"\n"
    return b"\x93NUMPY" + version + struct.pack("<H", len(padded)) + padded + data


IMAGES = np.random.default_rng(0).integers(0, 256, (GOOD, 12, 12), np.uint8)
NPY_DAMAGE = r"is (damaged|truncated)|is empty|is of a kind that|cannot be read"


def arrays() -> Iterator[Case]:
    whole = npy(IMAGES)
    for length in (*range(1, 80), 100, 127, 128, 129, len(whole) - 1):
        yield Case(f"npy cut/{length}", alone("bad.npy", whole[:length]), refused=NPY_DAMAGE)
    yield Case("npy/longer than it says", alone("bad.npy", whole + b"x"), refused=r"is damaged: its header claims")
    for value in (np.nan, np.inf, -np.inf):
        images = np.zeros((GOOD, 12, 12))
        images[5, 3, 3] = value
        yield Case(
            f"npy with {value}",
            alone("bad.npy", npy(images)),
            refused=r"no numbers \(NaN or infinite\), first in image 5",
        )
    for low, high in ((-5.0, 5.0), (0.0, 1000.0), (-300.0, 0.0)):
        images = np.linspace(low, high, GOOD * 144).reshape(GOOD, 12, 12)
        yield Case(f"npy in an odd range/{low} {high}", alone("bad.npy", npy(images)), refused=r"holds values from")
    for kind in ("i2", "i4", "i8"):
        images = IMAGES.astype(kind) - 5
        yield Case(f"npy below zero/{kind}", alone("bad.npy", npy(images)), refused=r"holds values from -5")
    yield Case(
        "npy of large numbers", alone("bad.npy", npy(IMAGES.astype("u8") << 40)), refused=r"holds values from 0 to"
    )
    objects = np.array([{"a": 1}] * GOOD, dtype=object)
    yield Case(
        "npy of objects",
        alone("bad.npy", npy(objects, allow_pickle=True)),
        refused=r"holds Python objects, which are pickled",
    )
    for kind in ("S5", "U3", "c16", "M8[s]", "V4"):
        odd = np.zeros((GOOD, 12, 12), kind)
        yield Case(f"npy of {kind}", alone("bad.npy", npy(odd)), refused=r"holds values of type|is damaged")
    record = np.zeros((GOOD, 12, 12), [("a", "u1"), ("b", "u1")])
    yield Case("npy of records", alone("bad.npy", npy(record)), refused=r"holds values of type")
    for shape in (
        (),
        (12,),
        (GOOD, 3, 3),
        (GOOD, 12, 12, 2),
        (GOOD, 5, 12, 12),
        (1, GOOD, 1, 12, 12),
        (GOOD, 300, 300),
    ):
        odd = np.zeros(shape, np.uint8)
        yield Case(
            f"npy of shape/{shape}",
            alone("bad.npy", npy(odd)),
            refused=r"has the shape|a single number|holds images of|to train on",
        )
    yield Case("npy of no images", alone("bad.npy", npy(IMAGES[:0])), refused=r"holds no images")
    yield Case("npy of three images", alone("bad.npy", npy(IMAGES[:3])), refused=r"holds 3 images; Strata needs")
    yield Case("npy of one image", alone("bad.npy", npy(IMAGES[0])), refused=r"holds 1 image; Strata needs")
    claims = {
        "terabytes": "{'descr': '|u1', 'fortran_order': False, 'shape': (1000000, 1000, 1000)}",
        "beyond all numbers": f"{{'descr': '|u1', 'fortran_order': False, 'shape': ({2**62}, {2**62})}}",
        "less than nothing": "{'descr': '|u1', 'fortran_order': False, 'shape': (-5, 12, 12)}",
        "code": "__import__('os').system('touch /tmp/strata-was-here')",
        "a deep thing": "(" * 3000 + ")" * 3000,
        "no shape": "{'descr': '|u1', 'fortran_order': False}",
        "a shape of text": "{'descr': '|u1', 'fortran_order': False, 'shape': 'abc'}",
        "an unknown type": "{'descr': 'zz', 'fortran_order': False, 'shape': (12, 12, 12)}",
        "nothing": "",
    }
    for name, text in claims.items():
        yield Case(f"npy that claims {name}", alone("bad.npy", npy_header(text, bytes(2000))), refused=NPY_DAMAGE)
    long = b"\x93NUMPY\2\0" + struct.pack("<I", 2**31) + b" " * 1000
    yield Case("npy with an endless header", alone("bad.npy", long), refused=NPY_DAMAGE)
    yield Case("npy of version 9", alone("bad.npy", npy_header("{}", b"", b"\x09\0")), refused=NPY_DAMAGE)
    yield from npzs()


def npz(**arrays: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)  # type: ignore[arg-type]
    return out.getvalue()


def npzs() -> Iterator[Case]:
    labels = np.arange(GOOD) % 3
    whole = npz(images=IMAGES, labels=labels)
    yield Case("npz/good", alone("good.npz", whole))
    for cut in (1, 10, 100, len(whole) // 2, len(whole) - 30, len(whole) - 1):
        yield Case(f"npz cut/{cut}", alone("bad.npz", whole[:cut]), refused=f"{ZIP_DAMAGE}|{NPY_DAMAGE}")
    objects = np.array([{"a": 1}] * GOOD, dtype=object)
    pickled = io.BytesIO()
    np.savez(pickled, images=objects, allow_pickle=True)
    yield Case(
        "npz of objects", alone("bad.npz", pickled.getvalue()), refused=r"holds Python objects, which are pickled"
    )
    yield Case("npz without arrays", alone("bad.npz", zipped({"a.txt": b"a"})), refused=r"holds no arrays")
    yield Case("npz with labels alone", alone("bad.npz", npz(y=labels)), refused=r"no images to train on")
    few = npz(x=IMAGES, y=labels[:5])
    yield Case("npz with too few labels", alone("bad.npz", few), refused=r"holds 5 labels for the 12 images")
    broken = npz(x=IMAGES, y=labels + 0.5)
    yield Case("npz with broken labels", alone("bad.npz", broken), refused=r"among the labels: give whole numbers")
    many = npz(**{f"a{number}": IMAGES for number in range(70)})
    yield Case("npz of many arrays", alone("bad.npz", many), refused=r"holds more than 64 arrays")
    lying = npy_header("{'descr': '|u1', 'fortran_order': False, 'shape': (100000, 1000, 100)}", bytes(1000))
    yield Case(
        "npz that lies about a size", alone("bad.npz", zipped({"x.npy": lying})), refused=r"is truncated: its header"
    )
    bomb = npz(x=np.zeros((400_000, 28, 28), np.uint8))
    huge = altered(bomb, b"(400000, 28, 28)", b"(900000, 28, 28)") if b"(400000" in bomb else whole[:40]
    yield Case("npz with a directory of another", alone("bad.npz", huge[:-1]), refused=f"{ZIP_DAMAGE}|{NPY_DAMAGE}")
    parts = npz(x_train=IMAGES, x_test=np.zeros((5, 14, 14), np.uint8))
    yield Case("npz of mixed sizes", alone("bad.npz", parts), refused=r"holds images of 1 x 12 x 12 and 1 x 14 x 14")


def idx(shape: tuple[int, ...], data: bytes, kind: int = 8) -> bytes:
    return struct.pack(f">BBBB{len(shape)}I", 0, 0, kind, len(shape), *shape) + data


def idxs() -> Iterator[Case]:
    whole = idx((GOOD, 12, 12), IMAGES.tobytes())
    refused = r"is (truncated|damaged|not an IDX)|is empty|has \d+ axes|holds"
    for length in (*range(16), 17, 100, len(whole) - 1):
        yield Case(f"IDX cut/{length}", alone("train-images-idx3-ubyte", whole[:length]), refused=refused)
        packed = gzip.compress(whole)
        yield Case(
            f"IDX packed and cut/{length}", alone("train-images-idx3-ubyte.gz", packed[:length]), refused=refused
        )
    for kind in (0, 1, 9, 11, 12, 13, 14, 255):
        bad = idx((GOOD, 12, 12), IMAGES.tobytes(), kind)
        yield Case(f"IDX of type/{kind}", alone("train-images-idx3-ubyte", bad), refused=refused)
    for shape in ((2**32 - 1,) * 3, (2**32 - 1, 1, 1), (1, 2**32 - 1, 1), (0, 12, 12), (GOOD, 0, 12), (GOOD,) * 4):
        name = f"IDX of shape/{shape}"
        yield Case(name, alone("train-images-idx3-ubyte", idx(shape, IMAGES.tobytes())), refused=refused)
    bomb = gzip.compress(idx((60_000, 28, 28), bytes(60_000 * 784)) + bytes(100_000_000), 1)
    yield Case("IDX with a bomb behind it", alone("train-images-idx3-ubyte.gz", bomb), refused=r"and more follow them")


def bins() -> Iterator[Case]:
    record = bytes([1]) + bytes(3072)
    yield Case("CIFAR/good", alone("data_batch_1.bin", record * GOOD))
    for length in (0, 1, 3072, 3075, 3073 * GOOD + 1):
        yield Case(
            f"CIFAR of odd length/{length}",
            alone("data_batch_1.bin", (record * (GOOD + 1))[:length]),
            refused=r"are no records of CIFAR|is empty",
        )
    yield Case("CIFAR of one image", alone("data_batch_1.bin", record), refused=r"holds 1 image; Strata needs")
    bad = bytes([200]) + bytes(3072)
    yield Case(
        "CIFAR with a wild label",
        alone("data_batch_1.bin", bad * GOOD),
        refused=r"holds the label 200 and there are 10",
    )


def files() -> Iterator[Case]:
    """Kinds of file that are something else."""
    pickles = r"is a pickle, which can run code when it is opened"
    for name in ("model.pt", "model.pth", "data.pkl", "data.pickle", "last.ckpt"):
        yield Case(f"pickle/{name}", alone(name, b"anything"), refused=pickles)
    for protocol in range(2, 6):
        yield Case(
            f"pickle without a name/{protocol}",
            alone("data_batch_1", bytes([0x80, protocol]) + b"abc"),
            refused=pickles,
        )
    kinds = {
        "video.mp4": r"is a video",
        "data.h5": r"is an HDF5 file",
        "data.parquet": r"is a Parquet file",
        "data.mat": r"is a MATLAB file",
        "weights.safetensors": r"is a file of weights",
        "photo.heic": r"is a picture of a kind that Strata does not read",
        "notes.txt": r"is a text file, not images",
        "archive.7z": r"is an archive that Strata does not read \(\.7z\)",
        "archive.rar": r"is an archive that Strata does not read \(\.rar\)",
        "one.png": r"one\.png cannot be used\. It is not an image",
    }
    for name, sentence in kinds.items():
        yield Case(f"file/{name}", alone(name, b"something else\n"), refused=sentence)
    magics = {b"\x89HDF\r\n\x1a\n": "an HDF5 file", b"PAR1": "a Parquet file", b"MATLAB 5.0 MAT-file": "a MATLAB file"}
    for magic, what in magics.items():
        for name in ("a.npy", "a.npz", "a.zip", "a.bin", "a"):
            yield Case(f"{what} by the name of {name}", alone(name, magic + bytes(500)), refused=f"is {what}, which")
    for name in (*kinds, "empty.zip", "empty.npy", "empty.tar", "empty.tar.gz", "empty.bin"):
        yield Case(f"empty file/{name}", alone(name, b""), refused=r"is empty")
    yield Case(
        "packed file that is no tar",
        alone("a.gz", gzip.compress(b"x" * 5000)),
        refused=r"is a packed file that is neither",
    )
    yield Case(
        "random bytes",
        alone("a.dat", np.random.default_rng(0).bytes(5000)),
        refused=r"of a kind that Strata does not read",
    )


def folders() -> Iterator[Case]:
    """Folders that are odd."""

    def empty_class(folder: Path) -> Path:
        for name in ("a", "b", "nothing here"):
            (folder / name).mkdir()
        for number in range(GOOD):
            (folder / "ab"[number % 2] / f"{number}.png").write_bytes(picture(number))
        return folder

    def foreign_names(folder: Path) -> Path:
        for number in range(GOOD):
            with open(os.fsencode(folder) + b"/caf\xe9%d.png" % number, "wb") as file:
                file.write(picture(number))
        return folder

    def sizes(folder: Path) -> Path:
        for number in range(GOOD):
            (folder / f"{number}.png").write_bytes(picture(number, size=(8 + number, 40 - number)))
        return folder

    def fifo(folder: Path) -> Path:
        os.mkfifo(folder / "pipe.png")
        return beside_good_ones("last.png", picture(1))(folder)

    def dangling(folder: Path) -> Path:
        (folder / "gone.png").symlink_to(folder / "nowhere")
        return beside_good_ones("last.png", picture(1))(folder)

    def folder_named_image(folder: Path) -> Path:
        (folder / "folder.png").mkdir()
        return beside_good_ones("last.png", picture(1))(folder)

    def circle(folder: Path) -> Path:
        (folder / "again").symlink_to(folder)
        return beside_good_ones("last.png", picture(1))(folder)

    yield Case("folder/empty class", empty_class)
    yield Case("folder/names that are no text", foreign_names)
    yield Case("folder/mixed sizes", sizes)
    yield Case("folder/pipe", fifo)
    yield Case("folder/dangling link", dangling)
    yield Case("folder/folder named as an image", folder_named_image)
    yield Case("folder/circle", circle)
    for names, said in (
        (["IMG_1.HEIC", "IMG_2.heic"], r"holds no images \(but \.heic files; Strata reads PNG"),
        (["train.parquet"], r"holds no images \(but \.parquet files; Strata reads PNG"),
        (["data_batch_1", "test_batch"], r"holds no images \(but CIFAR as pickles for Python"),
    ):
        yield Case(f"folder of {names}", named_files(names), refused=said)
    heic = beside_good_ones("IMG_1.HEIC", b"\0\0\0 ftypheic")
    yield Case("folder/HEIC beside images", heic, skipped=r"It is of a kind that Strata does not read \(HEIC\)")
    for junk in (".DS_Store", "Thumbs.db", "desktop.ini", "._00.png", "a.h5", "a.zip"):
        yield Case(f"folder/with {junk}", beside_good_ones(junk, b"junk"))
    yield Case("folder/junk of systems", junk_folders)
    yield Case(
        "several/one is gone", lambda folder: [*map(str, good_files(folder)), str(folder / "gone.png")], refused="gone"
    )
    yield Case(
        "several/an archive that is damaged", several_archives, skipped=r"is damaged or truncated|It is no image"
    )
    yield Case("folder/nothing in it", lambda folder: folder, refused=r"holds no images")
    yield Case("folder/one image", alone_in_folder, refused=r"holds 1 image; Strata needs at least 10")
    for mode in ("1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "I;16", "I", "F"):
        kind = "TIFF"
        yield Case(f"picture of mode/{mode}", beside_good_ones("odd.tif", picture(0, kind, mode=mode)))


def named_files(names: list[str]) -> Callable[[Path], Path]:
    """A folder of files that hold nothing of use."""

    def make(folder: Path) -> Path:
        for name in names:
            (folder / name).write_bytes(b"\x80\4K\1.")
        return folder

    return make


def good_files(folder: Path) -> list[Path]:
    beside_good_ones("last.png", picture())(folder)
    return sorted(folder.iterdir())


def junk_folders(folder: Path) -> Path:
    for name in ("__MACOSX", "@eaDir", "$RECYCLE.BIN", ".Trashes"):
        (folder / name).mkdir()
        (folder / name / "a.png").write_bytes(b"junk")
    return beside_good_ones("last.png", picture())(folder)


def several_archives(folder: Path) -> list[str]:
    files = {
        "a.zip": zipped(good_members()),
        "b.zip": b"bad",
        "c.txt": b"text",
        "d.tar.gz": gzip.compress(tarred())[:40],
    }
    for name, contents in files.items():
        (folder / name).write_bytes(contents)
    return [str(folder / name) for name in files]


def alone_in_folder(folder: Path) -> Path:
    (folder / "a.png").write_bytes(picture())
    return folder


def corpus() -> list[Case]:
    """All cases."""
    kinds = (truncated_pictures, giants, zips, tars, arrays, idxs, bins, files, folders)
    return [case for kind in kinds for case in kind()]
