"""What a view looks at: a model at one step of a run, and images to start from and to measure on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from hvae_engine.datasets import Images
from hvae_engine.errors import OptionError
from hvae_engine.exploring.base import Base
from hvae_engine.exploring.explorer import Explorer
from hvae_engine.exploring.typed import Image, named, prior_seed
from hvae_engine.models import HVAE

REFERENCES = 64
"""Images over which levels and units are ranked."""

Progress = Callable[[int, int], None]
"""Called between the parts of a work with parts done and parts in all; may raise to cancel it."""


def unwatched(done: int, total: int) -> None:
    """The progress of a work that nobody watches."""


@dataclass(frozen=True)
class Gallery:
    """Images with what is known about them; none of them of a test set.

    Attributes:
        shown: images as they are, to start from, by number.
        held: held-out images as the model sees them (drawn 0 or 1 where training does that), to measure on.
        places: the place of each image of `held` among those shown, (N,).
        fitted: training images as the model sees them, to fit probes on; None where the data are not at hand.
        classes: names of the classes by label; empty without labels.
        trained: how many of the images shown are trained on; the held-out ones have the numbers after these.
        guests: images that a person brought along, by file, as pictures of the same shape.
        memory: figures of the images alone, which no weights change, so that they are measured once.
    """

    shown: Images
    held: Images
    places: np.ndarray
    fitted: Images | None = None
    classes: tuple[str, ...] = ()
    trained: int = 0
    guests: Mapping[str, np.ndarray] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict, repr=False, compare=False)

    def picture(self, image: Image) -> np.ndarray:
        """One of the images shown, or a guest, uint8, (H, W) or (H, W, 3).

        Raises:
            OptionError: there is no such image.
        """
        if isinstance(image, str):
            if image not in self.guests:
                raise OptionError(f"There is no image {named(image)!r} here: name a file, or a number.")
            return self.guests[image]
        if not 0 <= image < len(self.shown):
            raise OptionError(f"There is no image {image}; the images are 0 to {len(self.shown) - 1}.")
        picture: np.ndarray = as_pictures(self.shown.pixels[image : image + 1])[0]
        return picture


@dataclass(frozen=True)
class Subject:
    """A model and the images to look at it with.

    Attributes:
        explorer: of the model.
        gallery: the images.
        run: name of the run.
        step: the weights' step.
        best: they are those with the best validation bound, not the last.
        kept: what was measured of the model with these weights and images, by name, so that views need not do it again.
    """

    explorer: Explorer
    gallery: Gallery
    run: str
    step: int
    best: bool = False
    kept: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def model(self) -> HVAE:
        """The explorer's model."""
        return self.explorer.model

    def base(self, image: Image, seed: int = 0) -> Base:
        """The mode of the posterior of an image, or a draw from the prior.

        Args:
            image: one of those shown, a guest, or a draw.
            seed: of a draw that names none.

        Raises:
            OptionError: there is no such image.
        """
        drawn = prior_seed(image, seed)
        return self.explorer.encode(self.gallery.picture(image)) if drawn is None else self.explorer.from_prior(drawn)

    def input(self, image: Image, base: Base) -> np.ndarray:
        """The image itself, or the picture of a draw, whose base point is `base`: uint8, (H, W) or (H, W, 3)."""
        return self.gallery.picture(image) if prior_seed(image) is None else self.explorer.decode(base)

    def informative(self) -> list[str]:
        """Names of the levels by falling nats over some held-out images."""
        kl, _ = self._unit_figures()
        order = np.argsort([-level.sum() for level in kl], kind="stable")
        return [self.model.names[::-1][i] for i in order]

    def units(self, level: int, count: int) -> tuple[int, ...]:
        """The units of a level, an index from the root, with the most nats, by falling nats."""
        kl, _ = self._unit_figures()
        return tuple(int(unit) for unit in np.argsort(-kl[level], kind="stable")[:count])

    def _unit_figures(self) -> tuple[list[np.ndarray], list[np.ndarray]]:
        if "units" not in self.kept:
            references = as_pictures(self.gallery.held.pixels[:REFERENCES])
            self.kept["units"] = self.explorer.unit_figures(references)
        figures: tuple[list[np.ndarray], list[np.ndarray]] = self.kept["units"]
        return figures


def as_input(model: HVAE, pixels: Tensor) -> Tensor:
    """Bytes (N, C, H, W) as the model takes images: its precision and device, 0 to 1."""
    return pixels.to(model.root.device).to(model.root.dtype) / 255


def as_pictures(pixels: Tensor) -> np.ndarray:
    """Bytes (N, C, H, W) as pictures, uint8, C-contiguous, (N, H, W) or (N, H, W, 3)."""
    arrays = torch.movedim(pixels, 1, -1).cpu().numpy()
    return np.ascontiguousarray(arrays[..., 0] if arrays.shape[-1] == 1 else arrays)


def as_pixels(pictures: np.ndarray) -> Tensor:
    """Pictures (N, H, W) or (N, H, W, 3) as bytes (N, C, H, W)."""
    arrays = pictures[..., None] if pictures.ndim == 3 else pictures
    return torch.from_numpy(np.ascontiguousarray(arrays)).movedim(-1, 1)
