"""The hierarchy that Strata scenes really have, as a model: z3 is the layout, z2 shape and place, z1 the texture."""

from __future__ import annotations

import numpy as np
import torch

from hvae_engine.datasets import Images
from hvae_engine.datasets.drawn.scene_drawing import LAYOUTS, SHAPES, TEXTURES, draw
from hvae_engine.datasets.drawn.scenes import SIDE
from tests.engine.exploring.handmade import model_of

KINDS = {"layout": len(LAYOUTS), "shape": len(SHAPES), "texture": len(TEXTURES)}
SPANS = {"x": (-3, 3), "y": (-3, 3), "size": (0.7, 1.1), "phase": (0, 1)}
PAIRS = {"period": (3.5, 5.5), "stroke": (1.2, 2.2)}
LEVELS = {"z3": ("layout",), "z2": ("shape", "x", "y", "size"), "z1": ("texture", "period", "stroke", "phase")}
CERTAIN = 0.05


def special(function, values: np.ndarray) -> np.ndarray:
    return function(torch.from_numpy(values)).numpy()


def units(cause: str) -> int:
    return KINDS.get(cause, 1)


def code(cause: str, values: np.ndarray) -> np.ndarray:
    """Latents (N, units) of values of a cause: one unit a kind, the quantile of a number, the sign of a choice."""
    if cause in KINDS:
        return 2.0 * np.eye(KINDS[cause])[values.astype(int)]
    if cause in PAIRS:
        low, high = PAIRS[cause]
        return np.where(values > (low + high) / 2, 1.0, -1.0)[:, None]
    low, high = SPANS[cause]
    return special(torch.special.ndtri, np.clip((values.astype(float) - low) / (high - low), 0.01, 0.99))[:, None]


def meaning(cause: str, latent: np.ndarray) -> np.ndarray:
    """Values of a cause, (N,), from its latents (N, units): every draw of the prior means one."""
    if cause in KINDS:
        return latent.argmax(1)
    if cause in PAIRS:
        return np.where(latent[:, 0] > 0, PAIRS[cause][1], PAIRS[cause][0])
    low, high = SPANS[cause]
    return low + (high - low) * special(torch.special.ndtr, latent[:, 0])


def drawn(z: torch.Tensor) -> torch.Tensor:
    """Scenes (..., 1, SIDE, SIDE) of latents (..., all units, root first), by the drawing itself."""
    names = [cause for level in LEVELS.values() for cause in level]
    parts = z.flatten(0, -2).split([units(cause) for cause in names], -1)
    causes = {cause: meaning(cause, part.numpy()) for cause, part in zip(names, parts, strict=True)}
    ink = np.empty((len(parts[0]), SIDE, SIDE))
    for rows, some in draw(causes, SIDE):
        ink[rows] = some
    return torch.from_numpy(ink).unflatten(0, z.shape[:-1]).unsqueeze(-3)


def model(*known: Images):
    """That model, with an encoder which looks the causes of known images up."""
    table = {}
    for images in known:
        for number, picture in enumerate(images.pixels.numpy()):
            table[picture.tobytes()] = {cause: values[number] for cause, values in images.factors.items()}

    def reader(level):
        def read(x):
            found = [table[picture.tobytes()] for picture in (x * 255).round().to(torch.uint8).numpy()]
            values = {cause: np.array([one[cause] for one in found]) for cause in LEVELS[level]}
            return torch.from_numpy(np.hstack([code(cause, values[cause]) for cause in LEVELS[level]]))

        return read

    sizes = [(level, sum(map(units, causes))) for level, causes in LEVELS.items()]
    return model_of(sizes, drawn, [(reader(level), CERTAIN) for level in LEVELS])
