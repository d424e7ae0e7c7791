"""What a view looks at: a model at one step of a run, and images to start from and to measure on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from hvae_engine.datasets import Images
from hvae_engine.errors import OptionError
from hvae_engine.exploring.explorer import Base, Explorer
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
    """

    shown: Images
    held: Images
    places: np.ndarray
    fitted: Images | None = None
    classes: tuple[str, ...] = ()
    trained: int = 0

    def picture(self, number: int) -> np.ndarray:
        """One of the images shown, uint8, (H, W) or (H, W, 3).

        Raises:
            OptionError: there is no such image.
        """
        if not 0 <= number < len(self.shown):
            raise OptionError(f"There is no image {number}; the images are 0 to {len(self.shown) - 1}.")
        picture: np.ndarray = as_pictures(self.shown.pixels[number : number + 1])[0]
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
    """

    explorer: Explorer
    gallery: Gallery
    run: str
    step: int
    best: bool = False

    @property
    def model(self) -> HVAE:
        """The explorer's model."""
        return self.explorer.model

    def base(self, image: int | None, seed: int = 0) -> Base:
        """The mode of the posterior of one of the images shown; None: a draw from the prior by seed.

        Raises:
            OptionError: there is no such image.
        """
        if image is None:
            return self.explorer.from_prior(seed)
        return self.explorer.encode(self.gallery.picture(image))

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
        return self.explorer.unit_figures(as_pictures(self.gallery.held.pixels[:REFERENCES]))


def as_input(model: HVAE, pixels: Tensor) -> Tensor:
    """Bytes (N, C, H, W) as the model takes images: its precision and device, 0 to 1."""
    return pixels.to(model.root.device).to(model.root.dtype) / 255


def as_pictures(pixels: Tensor) -> np.ndarray:
    """Bytes (N, C, H, W) as pictures, uint8, C-contiguous, (N, H, W) or (N, H, W, 3)."""
    arrays = torch.movedim(pixels, 1, -1).cpu().numpy()
    return np.ascontiguousarray(arrays[..., 0] if arrays.shape[-1] == 1 else arrays)
