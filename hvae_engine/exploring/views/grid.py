"""The level grid: a row for an image or a draw of everything above a level, a column for each draw of the level."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import torch

from hvae_engine.errors import OptionError
from hvae_engine.exploring.edits import index_of
from hvae_engine.exploring.figures import Tiles
from hvae_engine.exploring.subject import Progress, Subject
from hvae_engine.exploring.typed import Image, named
from hvae_engine.exploring.views.noise import cooled, prior_walk
from hvae_engine.exploring.views.picturing import arranged
from hvae_engine.exploring.views.view import Made, Started, check_count, chosen, rule
from hvae_engine.models import Edit, Trace, edited, held, riding

_COLUMNS_APART = 1 << 20
"""Added to the seed for the draws of the columns, which would else be those of the rows."""


@dataclass(frozen=True)
class Grid(Started):
    """What a level adds to what is above it: along a row the levels above stay, down a column the level's noise does.

    Attributes:
        level: its name; empty: the one with the most nats. A label has a column for each class.
        image: images whose levels above stand in the first rows, as the edits leave them; the other rows are draws.
        down: rows.
        columns: draws of the level.
        below: what the levels below do: at the mode of their priors, unless said otherwise. A label stays a row's own.
        temperature: of the draws: one for all levels, or one for each from z1 up.
        seed: of the draws.
        edit_below: what the levels below an edited one did.
    """

    name: ClassVar[str] = "grid"
    title: ClassVar[str] = "Level grid: a row is one draw of all above, a column one draw of the level"

    level: str = ""
    image: tuple[Image, ...] = ()
    down: int = 6
    columns: int = 8
    below: str = "mean"
    temperature: tuple[float, ...] = (1.0,)
    seed: int = 0
    edit_below: str = "follow"

    def settled(self, subject: Subject) -> Grid:
        """See `View`."""
        return replace(self, level=chosen(subject, self.level))

    def make(self, subject: Subject, progress: Progress) -> Made:
        """See `View`."""
        check_count("down", self.down)
        check_count("columns", self.columns)
        if self.edit and not self.image:
            raise OptionError("--edit moves nothing in a grid of draws alone: name images to start from with --image.")
        model, index = subject.model, index_of(subject.model, self.level)
        count = max(self.down, len(self.image))
        progress(0, 1)
        base = self._rows(subject, count, progress)
        if self.level == "y":
            score = torch.eye(list(model)[index].shape[0], dtype=model.root.dtype, device=model.root.device)
        else:
            progress(0, 1)
            apart = prior_walk(model, self.columns, self.seed + _COLUMNS_APART)
            score = cooled(model, apart, self.temperature)[index][0]
        drawn = Edit(torch.ones_like(base.z[index], dtype=torch.bool), score[:, None])
        trace = model.walk(edited(base, {index: drawn}, rule(self.below)), count)
        tiles = arranged(trace.likelihood, len(score), count).swapaxes(0, 1)
        progress(1, 1)
        labels = tuple(subject.gallery.classes) if self.level == "y" else ()
        rows = (*map(named, self.image), *["drawn"] * (count - len(self.image))) if self.image else ()
        return Made(((Tiles(tiles, rows, labels, self.level, self.level),),))

    def _rows(self, subject: Subject, count: int, progress: Progress) -> Trace:
        """Images first, then draws of everything, (1, count); the draws are those of a grid without images."""
        model = subject.model
        drawn = model.walk(riding(cooled(model, prior_walk(model, count, self.seed), self.temperature)), count)
        if not self.image:
            return drawn
        first = self.stand(subject, self.image, self.edit_below, self.seed, progress).trace.z
        z = [torch.cat([top, rest[:, len(self.image) :]], 1) for top, rest in zip(first, drawn.z, strict=True)]
        return model.walk(held(z), count)
