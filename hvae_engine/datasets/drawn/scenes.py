"""Strata scenes, the built-in data: pictures whose causes are known, at a global, a middle and a fine scale."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray

from hvae_engine.datasets.array_files.fitting import fit
from hvae_engine.datasets.asking import Asked, Progress
from hvae_engine.datasets.dataset import Dataset, Images, carve
from hvae_engine.datasets.drawn import scene_drawing
from hvae_engine.datasets.keeping.cache import cache_folder, recall, remember
from hvae_engine.datasets.keeping.limits import thousands

TRAINING = 24_000
TEST = 4_000
SIDE = 28
COLOUR_SIDE = 32
CLASSES = tuple(scene_drawing.LAYOUTS)
VERSION = 3
"""Goes up whenever the same seed would draw other pictures: no cache holds the old ones, no run takes new for old."""

FACTORS: Mapping[str, tuple[str, str]] = {
    "layout": ("global", "how many shapes and how they are arranged; the label"),
    "ground_hue": ("global", "turns, in colour only"),
    "figure_hue": ("global", "turns, in colour only"),
    "shape": ("middle", "position in scene_drawing.SHAPES"),
    "x": ("middle", "units to the right of the centre"),
    "y": ("middle", "units below the centre"),
    "size": ("middle", "times the layout's own"),
    "texture": ("fine", "position in scene_drawing.TEXTURES"),
    "period": ("fine", "units between the lines or dots that are cut out"),
    "stroke": ("fine", "units, width of what is cut out"),
    "phase": ("fine", "turns, where the lines or dots begin"),
}
"""The scale and the meaning of each cause. A unit is 1/28 of a picture's side."""


def load_scenes(colour: bool, asked: Asked) -> Dataset:
    """The built-in data set, drawn in a few seconds the first time and read from the cache afterwards.

    The pictures are always the same ones; only which of them are held out depends on the seed.

    Args:
        colour: 32 x 32 in colour instead of 28 x 28 in one channel.
        asked: how the pictures are wanted.
    """
    name = "scenes:colour" if colour else "scenes"
    path = cache_folder(asked.cache) / f"{name.replace(':', '-')}.npz"
    fingerprint = f"{name} {VERSION} {TRAINING} {TEST}"
    arrays = recall(path, fingerprint)
    if arrays is None:
        arrays = draw_both(colour, asked.progress)
        remember(path, fingerprint, arrays)
    whole, test = (fit(split(arrays, part), asked.size, asked.colour, asked.framing) for part in ("train", "test"))
    train, validation = carve(whole, asked.seed, asked.held_out)
    return Dataset(name, name, train, validation, test, CLASSES, version=VERSION)


def describe_scenes() -> str:
    """What drawing them would do."""
    return f"Draw {thousands(TRAINING)} images in {len(CLASSES)} classes and {thousands(TEST)} test images"


def draw_both(colour: bool, progress: Progress) -> dict[str, np.ndarray]:
    """Training and test pictures with their factors, as they are cached."""
    arrays: dict[str, np.ndarray] = {}
    for part, count, seed, before in (("train", TRAINING, 0, 0), ("test", TEST, 1, TRAINING)):

        def report(done: int, _: int, before: int = before) -> None:
            progress(before + done, TRAINING + TEST)

        images = draw_scenes(count, seed, colour, report)
        arrays[f"{part} pixels"] = images.pixels.numpy()
        arrays |= {f"{part} factor {name}": values for name, values in images.factors.items()}
    return arrays


def split(arrays: Mapping[str, np.ndarray], part: str) -> Images:
    """One split out of the cached arrays."""
    start = f"{part} factor "
    factors = {name.removeprefix(start): values for name, values in arrays.items() if name.startswith(start)}
    labels = torch.from_numpy(factors["layout"].astype(np.int64))
    return Images(torch.from_numpy(arrays[f"{part} pixels"]), labels, factors)


def draw_scenes(count: int, seed: int, colour: bool = False, progress: Progress | None = None) -> Images:
    """Draw scenes; the same count and seed give the same bytes.

    Args:
        count: how many; the classes are as balanced as that number allows.
        seed: of the causes, which are drawn independently of one another.
        colour: 32 x 32 in colour instead of 28 x 28 in one channel.
        progress: called with pictures drawn and `count`; may raise to cancel.

    Returns:
        Images with their labels and the factors of `FACTORS`.
    """
    causes = draw_causes(count, seed, colour)
    side = COLOUR_SIDE if colour else SIDE
    pixels = np.empty((count, 3 if colour else 1, side, side), np.uint8)
    done = 0
    for rows, ink in scene_drawing.draw(causes, side):
        pixels[rows] = np.rint(255 * (tint(ink, causes, rows) if colour else ink[:, None])).astype(np.uint8)
        done += len(rows)
        if progress is not None:
            progress(done, count)
    return Images(torch.from_numpy(pixels), torch.from_numpy(causes["layout"].astype(np.int64)), causes)


def draw_causes(count: int, seed: int, colour: bool) -> dict[str, np.ndarray]:
    """Independent causes of `count` scenes, each (count,)."""
    rng = np.random.default_rng([VERSION, seed])

    def between(low: float, high: float) -> NDArray[np.float32]:
        return rng.uniform(low, high, count).astype(np.float32)

    causes: dict[str, np.ndarray] = {
        "layout": rng.permutation(np.arange(count) % len(CLASSES)),
        "shape": rng.integers(len(scene_drawing.SHAPES), size=count),
        "texture": rng.integers(len(scene_drawing.TEXTURES), size=count),
        "x": between(-3, 3),
        "y": between(-3, 3),
        "size": between(0.7, 1.1),
        "period": rng.choice(np.array([3.5, 5.5], np.float32), count),
        "stroke": rng.choice(np.array([1.2, 2.2], np.float32), count),
        "phase": between(0, 1),
    }
    if colour:
        causes |= {"ground_hue": between(0, 1), "figure_hue": between(0, 1)}
    return causes


def tint(ink: NDArray[np.floating], causes: Mapping[str, np.ndarray], rows: NDArray[np.intp]) -> NDArray[np.floating]:
    """Colour ink: a bright figure on a dark ground, each of its own hue, (n, 3, side, side) from 0 to 1."""
    ground = hue_to_rgb(causes["ground_hue"][rows], saturation=0.75, value=0.38)[:, :, None, None]
    figure = hue_to_rgb(causes["figure_hue"][rows], saturation=0.55, value=1.0)[:, :, None, None]
    coloured: NDArray[np.floating] = ground + (figure - ground) * ink[:, None]
    return coloured


def hue_to_rgb(hue: NDArray[np.float32], saturation: float, value: float) -> NDArray[np.floating]:
    """Red, green and blue, (n, 3), from hues in turns (Smith 1978, the hexcone model)."""
    corner: NDArray[np.float32] = (hue[:, None] * 6 + np.array([5, 3, 1], np.float32)) % 6
    rgb: NDArray[np.floating] = value - value * saturation * np.clip(np.minimum(corner, 4 - corner), 0, 1)
    return rgb
