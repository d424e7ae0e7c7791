"""Posterior means and draws of every level as arrays, with the numbers and labels of their images: an NPZ."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

from hvae_engine.errors import OptionError
from hvae_engine.exploring.encodings import encode, posterior_draws
from hvae_engine.exploring.figures.whole import whole
from hvae_engine.exploring.subject import Progress, Subject, unwatched


def latents(
    subject: Subject, images: int | None = None, seed: int = 0, progress: Progress = unwatched
) -> dict[str, np.ndarray]:
    """What the posterior says of held-out images.

    Args:
        subject: the model and its images.
        images: how many, from the first on; None: all.
        seed: of the draws.
        progress: called with images done and images in all, once for the means and once for the draws; may raise.

    Returns:
        By name: `z1_mean` and `z1_sample` (N, *event) float32 for each level, `ids` (N,), the place of each image among
        the held-out ones, `labels` (N,) where there are some, and `about`, a JSON text.
    """
    held = subject.gallery.held
    order = np.argsort(subject.gallery.places)[:images]
    pixels = held.pixels[torch.from_numpy(order)]
    encodings = encode(subject.model, pixels, seed=seed, progress=progress)
    drawn = posterior_draws(subject.model, pixels, seed, progress)
    arrays: dict[str, np.ndarray] = {}
    for name, mean, sample in zip(subject.model.names[::-1], encodings.means, drawn, strict=True):
        arrays[f"{name}_mean"], arrays[f"{name}_sample"] = mean.astype(np.float32), sample.astype(np.float32)
    arrays["ids"] = subject.gallery.places[order]
    if held.labels is not None:
        arrays["labels"] = held.labels.numpy()[order]
    facts = {
        "run": subject.run,
        "step": subject.step,
        "seed": seed,
        "images": "held out",
        "classes": list(subject.gallery.classes),
    }
    arrays["about"] = np.array(json.dumps(facts))
    return arrays


def write_latents(arrays: dict[str, np.ndarray], path: Path) -> None:
    """Write arrays as a compressed NPZ that needs no pickle.

    Raises:
        OptionError: the file cannot be written, or its name does not end in .npz.
    """
    if path.suffix.lower() != ".npz":
        raise OptionError(f"{path.name} does not end in .npz, which latents are written in: name a .npz file.")
    with whole(path) as partial, partial.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
