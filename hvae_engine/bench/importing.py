"""How quick an import is, beside Pillow in a plain loop and torch's DataLoader over the same pictures."""

from __future__ import annotations

import importlib
import io
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader

from hvae_engine.datasets import load_data
from hvae_engine.datasets.trees.listing import SUFFIXES
from hvae_engine.errors import OptionError

SIDE, WORKERS, BATCH = 32, 2, 256


def bench_import(data: str = "", rounds: int = 3) -> dict[str, Any]:
    """Images a second of importing a .zip, end to end, and of two plain ways of decoding the same pictures.

    strata: `load_data` with an empty cache: listing, decoding at 32 x 32 in colour, splitting, caching.
    again: `load_data` once more, from the cache.
    pillow: a loop that decodes every picture of the unpacked archive with Pillow, and nothing else.
    dataloader: torch's DataLoader of two workers over the unpacked pictures, each opened and turned to RGB and a
    tensor, in batches of 256, as torchvision's ImageFolder does it.
    imagefolder: the very ImageFolder, where torchvision can be imported; else missing.

    Args:
        data: a .zip of pictures.
        rounds: turns of each; the medians are returned.

    Returns:
        images_per_s by kind, ratio of strata to each other kind, images.

    Raises:
        OptionError: it is no .zip.
        DataError: it cannot be imported.
    """
    if not zipfile.is_zipfile(data):
        raise OptionError(f"--data is {data!r}: give a .zip of pictures.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "unpacked"
        paths = unpack(data, folder)
        kinds: dict[str, Callable[[], object]] = {
            "strata": lambda: import_anew(data, Path(name)),
            "again": lambda: load_data(data, size=SIDE, colour=True, cache=Path(name) / "kept"),
            "pillow": lambda: [decoded(path) for path in paths],
            "dataloader": lambda: read_all(Pictures(paths)),
        }
        if (reader := image_folder(folder)) is not None:
            kinds["imagefolder"] = lambda: read_all(reader)
        kinds["again"]()
        turns = [{kind: seconds(work) for kind, work in kinds.items()} for _ in range(rounds)]
    return {
        "images_per_s": {kind: len(paths) / statistics.median(turn[kind] for turn in turns) for kind in kinds},
        "ratio": {
            kind: statistics.median(turn[kind] / turn["strata"] for turn in turns)
            for kind in kinds
            if kind not in ("strata", "again")
        },
        "images": len(paths),
    }


def unpack(data: str, folder: Path) -> list[str]:
    """The pictures of an archive that one trusts, as numbered files, each in a folder of its class."""
    paths = []
    with zipfile.ZipFile(data) as archive:
        for number, name in enumerate(archive.namelist()):
            if name.lower().endswith(SUFFIXES):
                path = folder / (Path(name).parent.name or "all") / f"{number}{Path(name).suffix}"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(archive.read(name))
                paths.append(str(path))
    return paths


def import_anew(data: str, folder: Path) -> None:
    """Import with nothing in the cache."""
    with tempfile.TemporaryDirectory(dir=folder) as cache:
        load_data(data, size=SIDE, colour=True, cache=Path(cache))


def decoded(path: str) -> np.ndarray:
    """One picture, (H, W, 3)."""
    with open(path, "rb") as file:
        return np.asarray(Image.open(io.BytesIO(file.read())).convert("RGB"))


class Pictures(torch.utils.data.Dataset[Tensor]):
    """Files of pictures as torch's DataLoader wants them: each a tensor, (3, H, W), 0 to 1, as ImageFolder gives it.

    Args:
        paths: of the files.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = paths

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, number: int) -> Tensor:
        pixels = torch.from_numpy(decoded(self._paths[number]).copy())
        return pixels.permute(2, 0, 1).contiguous().float().div(255)


def image_folder(folder: Path) -> Any:
    """torchvision's ImageFolder over a folder; None where torchvision cannot be imported."""
    try:
        folders = importlib.import_module("torchvision.datasets")
        transforms = importlib.import_module("torchvision.transforms")
    except (ImportError, RuntimeError, OSError):  # two builds that do not fit one another raise any of these
        return None
    return folders.ImageFolder(str(folder), transforms.ToTensor())


def read_all(pictures: torch.utils.data.Dataset[Any]) -> None:
    """Read every picture through a DataLoader."""
    for _ in DataLoader(pictures, batch_size=BATCH, num_workers=WORKERS):
        pass


def seconds(work: Callable[[], object]) -> float:
    """How long some work takes by the clock on the wall."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
