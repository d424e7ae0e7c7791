"""The pictures of the help page on scenes, a row a factor: `python -m tests.engine.datasets.scene_sheet` draws them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from hvae_engine.datasets.drawn.scene_drawing import LAYOUTS, SHAPES, TEXTURES, draw
from hvae_engine.datasets.drawn.scenes import SIDE, tint

FOLDER = Path(__file__).parents[3] / "resources" / "help"
ZOOM, GAP = 2, 4
GREY = 128
PLAIN = {
    "layout": 0,
    "shape": 0,
    "texture": 0,
    "x": 0.0,
    "y": 0.0,
    "size": 1.0,
    "period": 5.5,
    "stroke": 2.2,
    "phase": 0.0,
    "ground_hue": 0.6,
    "figure_hue": 0.1,
}
VALUES = {
    "layout": np.arange(len(LAYOUTS)),
    "shape": np.arange(len(SHAPES)),
    "x": np.linspace(-3, 3, 5),
    "y": np.linspace(-3, 3, 5),
    "size": np.linspace(0.7, 1.1, 5),
    "texture": np.arange(len(TEXTURES)),
    "period": np.array([3.5, 5.5]),
    "stroke": np.array([1.2, 2.2]),
    "phase": np.linspace(0, 0.8, 5),
    "ground_hue": np.linspace(0, 0.8, 5),
    "figure_hue": np.linspace(0, 0.8, 5),
}


def row(factor: str) -> Image.Image:
    """Scenes that differ in one factor alone, side by side."""
    values = VALUES[factor]
    causes = {name: np.broadcast_to(np.float32(plain), len(values)) for name, plain in PLAIN.items()}
    causes |= {"layout": causes["layout"].astype(int), "shape": causes["shape"].astype(int)}
    causes |= {"texture": causes["texture"].astype(int), factor: values}
    colour = factor.endswith("hue")
    tiles = np.empty((len(values), SIDE, SIDE, 3 if colour else 1))
    for rows, ink in draw(causes, SIDE):
        tiles[rows] = np.moveaxis(tint(ink, causes, rows), 1, -1) if colour else ink[..., None]
    tiles = np.rint(255 * tiles).astype(np.uint8).repeat(ZOOM, 1).repeat(ZOOM, 2)
    apart = np.pad(tiles, ((0, 0), (GAP, GAP), (GAP, 0), (0, 0)), constant_values=GREY)
    beside = np.pad(np.hstack(list(apart)), ((0, 0), (0, GAP), (0, 0)), constant_values=GREY)
    return Image.fromarray(beside.squeeze())


if __name__ == "__main__":
    for name in VALUES:
        row(name).save(FOLDER / f"scenes-{name}.png", optimize=True)
