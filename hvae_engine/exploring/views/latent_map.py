"""The latent map: posterior means of a level in two of its principal directions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from hvae_engine.datasets import Images
from hvae_engine.errors import OptionError, did_you_mean
from hvae_engine.exploring.directions import directions_of
from hvae_engine.exploring.edits import index_of
from hvae_engine.exploring.encodings import encode
from hvae_engine.exploring.figures import Scatter
from hvae_engine.exploring.subject import Progress, Subject
from hvae_engine.exploring.views.view import Made, View, check_count, chosen

LABEL, BRIGHTNESS = "label", "brightness"


@dataclass(frozen=True)
class LatentMap(View):
    """A point for each held-out image.

    Attributes:
        level: its name; empty: the one with the most nats.
        direction: the two principal directions.
        count: how many images, from the first on; all where there are fewer.
        colour: "label", "brightness", or a known factor of the data; empty: labels where there are some.
        seed: of the draws that means below the top hang on.
    """

    name: ClassVar[str] = "map"
    title: ClassVar[str] = "Latent map: posterior means in two principal directions"

    level: str = ""
    direction: tuple[int, ...] = (0, 1)
    count: int = 1000
    colour: str = ""
    seed: int = 0

    def settled(self, subject: Subject) -> LatentMap:
        """See `View`."""
        held = subject.gallery.held
        colour = self.colour or (BRIGHTNESS if held.labels is None else LABEL)
        return replace(self, level=chosen(subject, self.level), colour=colour, count=min(self.count, len(held)))

    def make(self, subject: Subject, progress: Progress) -> Made:
        """See `View`."""
        check_count("count", self.count, 3)
        if len(self.direction) != 2:
            raise OptionError(f"--direction has {len(self.direction)} numbers: a map has 2, such as 0,1.")
        gallery = subject.gallery
        images = Images(
            gallery.held.pixels[: self.count],
            None if gallery.held.labels is None else gallery.held.labels[: self.count],
            {name: values[: self.count] for name, values in gallery.held.factors.items()},
        )
        colours, classes = _colours(images, self.colour, gallery.classes)
        encodings = encode(subject.model, images.pixels, seed=self.seed, progress=progress)
        basis = directions_of(subject.model, self.level, encodings)
        basis.check(self.direction)
        points = basis.positions(encodings.by_unit(index_of(subject.model, self.level)))[:, list(self.direction)]
        x, y = (f"direction {one} ({basis.shares[one]:.0%} of the variance), sd" for one in self.direction)
        title = f"{self.level}: {len(points)} held-out images"
        ids = gallery.places[: self.count]
        return Made(((Scatter(points, ids, colours, classes, self.colour, x, y, title, self.level),),))


def _colours(images: Images, colour: str, classes: tuple[str, ...]) -> tuple[np.ndarray, tuple[str, ...]]:
    """A number for each image and the names of its classes, where they are classes.

    Raises:
        OptionError: there are no such colours.
    """
    if colour == LABEL and images.labels is not None:
        return images.labels.numpy(), classes
    if colour == BRIGHTNESS:
        return images.pixels.flatten(1).float().mean(1).div(255).numpy(), ()
    if colour in images.factors:
        return images.factors[colour], ()
    known = [BRIGHTNESS, *images.factors, *([LABEL] if images.labels is not None else [])]
    raise OptionError(f"These images cannot be coloured by {colour!r}; {did_you_mean(colour, known)}")
