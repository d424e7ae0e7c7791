"""Interpolation between two images, at all levels or at one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

import torch
from torch import Tensor
from torch.distributions import OneHotCategorical

from hvae_engine.distributions import normal_score
from hvae_engine.errors import OptionError, did_you_mean
from hvae_engine.exploring.edits import index_of
from hvae_engine.exploring.figures import Tiles
from hvae_engine.exploring.standing import Standing
from hvae_engine.exploring.subject import Progress, Subject
from hvae_engine.exploring.typed import Image, named
from hvae_engine.exploring.views.picturing import spread
from hvae_engine.exploring.views.view import Made, Started, check_count
from hvae_engine.models import HVAE, Edit, Source, Trace, riding, scores

Path = Literal["spherical", "linear"]
PATHS: tuple[str, ...] = get_args(Path)
PARALLEL = 1e-4
"""Vectors closer to parallel than this sine are gone between in a straight line."""


@dataclass(frozen=True)
class Interpolation(Started):
    """The way from one image to another in the standard-normal scores of each level.

    Attributes:
        level: its name: that level goes all the way and the levels above stay; empty: all levels go together, each
            with its own score under the prior it meets on the way, so that both ends are the reconstructions.
        image: where from, as the edits leave it.
        to: where to, an image as it is.
        steps: pictures, both ends among them.
        path: "spherical" keeps the length of a level's score vector between those of the ends, as draws of a prior
            with many units have it; "linear" is the straight line. A label changes half way.
        below: what the levels below do, where one level goes.
    """

    name: ClassVar[str] = "interpolation"
    title: ClassVar[str] = "Interpolation between two images"

    level: str = ""
    image: Image = 0
    to: Image = 1
    steps: int = 9
    path: str = "spherical"
    below: str = "follow"

    def make(self, subject: Subject, progress: Progress) -> Made:
        """See `View`."""
        check_count("steps", self.steps, 2)
        if self.path not in PATHS:
            raise OptionError(f"There is no path {self.path!r}; {did_you_mean(self.path, PATHS)}")
        model = subject.model
        progress(0, 1)
        start = self.stand(subject, (self.image,), self.below, progress=progress)
        end = subject.base(self.to).trace
        progress(0, 1)
        source = self._source(model, start, end)
        tiles = spread(model.walk(source, self.steps).likelihood, self.steps)[None]
        progress(1, 1)
        columns = tuple(f"{share:.2g}" for share in torch.linspace(0, 1, self.steps).tolist())
        title = f"{self.level or 'all levels'} from {named(self.image)} to {named(self.to)}"
        return Made(((Tiles(tiles, (), columns, title, self.level, moments=True),),))

    def _source(self, model: HVAE, start: Standing, end: Trace) -> Source:
        visits = start.trace.visits
        labels = [isinstance(visit.prior, OneHotCategorical) for visit in visits]
        if not self.level:
            pairs = zip(scores(start.trace), scores(end), labels, strict=True)
            return riding([self._way(a, b, label) for a, b, label in pairs])
        index = index_of(model, self.level)
        first, last = (normal_score(visits[index].prior, trace.z[index]) for trace in (start.trace, end))
        mask = torch.ones_like(start.trace.z[index], dtype=torch.bool)
        way = Edit(mask, self._way(first, last, labels[index]))
        return start.changed(index, way)

    def _way(self, start: Tensor, end: Tensor, label: bool) -> Tensor:
        """Scores (1, 1, *event) to (1, steps, *event)."""
        share = torch.linspace(0, 1, self.steps, dtype=start.dtype, device=start.device)
        share = share.view(1, -1, *[1] * (start.ndim - 2))
        if label:
            return torch.where(share < 0.5, start, end)
        return slerp(start, end, share) if self.path == "spherical" else torch.lerp(start, end, share)


def slerp(start: Tensor, end: Tensor, share: Tensor) -> Tensor:
    """Spherical interpolation of whole events, (sin((1 - t) w) a + sin(t w) b) / sin w with w the angle between them.

    Args:
        start: a, (1, 1, *event).
        end: b, the same.
        share: t, (1, steps, 1 ...).
    """
    a, b = start.flatten().double(), end.flatten().double()
    length = a.norm() * b.norm()
    cosine = (a @ b / length).clamp(-1, 1) if length > 0 else torch.ones_like(length)
    angle = cosine.arccos()
    if angle.sin() < PARALLEL:
        return torch.lerp(start, end, share)
    first, second = ((factor * angle).sin() / angle.sin() for factor in (1 - share.double(), share.double()))
    return (first * start + second * end).to(start.dtype)
