"""A base point: the walk that an image's posterior or a draw from the prior gave, and what can be read off it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.distributions import Distribution, Normal, OneHotCategorical

from hvae_engine.distributions import unit_kl
from hvae_engine.exploring.questions import Maps
from hvae_engine.models import Trace, Visit, scores


@dataclass(frozen=True)
class Base:
    """A base point: the walk of one image's posterior, or of one draw from the prior, one row."""

    trace: Trace

    def scores(self) -> tuple[np.ndarray, ...]:
        """Standard-normal score of each unit, root first, each (units,): the mean over the map of a spatial channel."""
        return tuple(by_unit(score[0, 0], mean=True) for score in scores(self.trace))

    def kl(self) -> tuple[np.ndarray, ...]:
        """Nats each unit costs, root first, each (units,); zero where nothing was inferred."""
        return tuple(
            np.zeros(visit.prior.event_shape[0])
            if visit.choice.q is None
            else by_unit(unit_kl(visit.choice.q, visit.prior)[0, 0], mean=False)
            for visit in self.trace.visits
        )

    def values(self) -> tuple[np.ndarray | None, ...]:
        """What each unit is worth, root first, each (units,); None where scores say it all: Gaussian levels, labels."""
        return tuple(
            None if told_by_scores(visit.prior) else by_unit(visit.choice.z[0, 0], mean=True)
            for visit in self.trace.visits
        )

    def maps(self) -> tuple[Maps | None, ...]:
        """Scores and nats of each spatial level place by place, root first; None for a level without a map."""
        rows = zip(scores(self.trace), self.trace.visits, strict=True)
        return tuple(_maps(score[0, 0], visit) if score.ndim > 3 else None for score, visit in rows)

    def classes(self) -> np.ndarray | None:
        """q(y|x), (classes,); None where no class was guessed."""
        probabilities = self.trace.class_probabilities()
        return None if probabilities is None else by_unit(probabilities[0], mean=True)


def told_by_scores(prior: Distribution) -> bool:
    """Whether scores say all about z: Gaussian levels and labels."""
    return isinstance(prior, OneHotCategorical) or isinstance(getattr(prior, "base_dist", prior), Normal)


def by_unit(value: Tensor, *, mean: bool) -> np.ndarray:
    """One number a unit, (units,), of an event (units, *map): the map's mean, or its sum."""
    maps = value.flatten(1) if value.ndim > 1 else value[:, None]
    figures: np.ndarray = (maps.mean(1) if mean else maps.sum(1)).double().cpu().numpy()
    return figures


def _maps(score: Tensor, visit: Visit) -> Maps:
    """Of one level's scores, (channels, height, width), and the visit that they belong to."""
    kl = torch.zeros_like(score) if visit.choice.q is None else unit_kl(visit.choice.q, visit.prior)[0, 0]
    return Maps(score.cpu().numpy(), kl.cpu().numpy())
