"""Answers questions about one model: what all moves of a drag share is worked out once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypedDict, TypeVar

import numpy as np
from torch import Tensor

from hvae_engine.exploring.base import Base
from hvae_engine.exploring.bases import KeptDirections
from hvae_engine.exploring.directions import Directions
from hvae_engine.exploring.explorer import Explorer
from hvae_engine.exploring.questions import Answer, Edits, LevelAnswer, Question
from hvae_engine.models import HVAE, Below
from hvae_engine.objectives.evaluation import ACTIVE_VARIANCE

Wanted = TypeVar("Wanted")


class _How(TypedDict):
    """What a walk from the base point takes."""

    edits: Edits
    below: Below
    bases: Mapping[str, Directions]
    locked: frozenset[str]


@dataclass
class Ground:
    """What all moves of one drag share: where they start, at one set of weights, and what can be read off it.

    Attributes:
        step: the weights' step.
        image: the image asked about; None for a draw from the prior.
        seed: of that draw.
        base: the point.
        reconstruction: its picture.
        read: the levels as they stand there, and what they were read under: rule, locks, directions, ranking.
    """

    step: int
    image: np.ndarray | None
    seed: int
    base: Base
    reconstruction: np.ndarray
    read: tuple[tuple[object, ...], tuple[LevelAnswer, ...]] | None = None

    def fits(self, step: int, question: Question) -> bool:
        """Whether `question`, asked of the weights of `step`, starts here."""
        return (self.step, self.seed) == (step, question.prior_seed) and _same(self.image, question.image)


class Answerer:
    """A model of its own, filled with weights from time to time.

    Args:
        model: its own copy.
        references: a few dozen images, uint8, (N, H, W) or (N, H, W, 3), over which units are ranked.
        spanning: the images whose posterior means span principal directions, uint8, (N, C, H, W).

    Attributes:
        explorer: of the model.
        step: of the weights; -1 before any came.
    """

    def __init__(self, model: HVAE, references: np.ndarray, spanning: Tensor) -> None:
        self.explorer, self.step = Explorer(model), -1
        self._references, self._ranked = references, -1
        self._directions = KeptDirections(model, spanning)
        self._figures: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
        self._ground: Ground | None = None

    def fill(self, step: int, weights: Mapping[str, Tensor]) -> None:
        """Take the weights of `step`."""
        self.step = step
        self.explorer.model.load_state_dict(weights)

    def rank(self) -> None:
        """Rank the units by what they carry over the references, unless that was done with these weights.

        Directions that are asked for after it are those of these weights, too.
        """
        if self._ranked != self.step or not self._figures[0]:
            self._figures = self.explorer.unit_figures(self._references)
            self._directions.renew()
            self._ranked = self.step

    def measure_again(self) -> None:
        """The weights are of another time: with the next answer units are ranked and directions measured anew."""
        self._figures, self._ranked = ([], []), -1

    def answer(self, question: Question, wanted: Question, hurried: Callable[[], bool]) -> Answer:
        """Answer `question` with those strips, effects and samples that `wanted` has.

        Args:
            question: what is asked.
            wanted: the same question, or only its plain part.
            hurried: whether somebody asks something newer: then what is not made yet of these extras stays unmade.

        Raises:
            OptionError: a level, a unit or a rule does not exist.
        """
        explorer, below, edits = self.explorer, _rule(question.below), question.edits
        if not self._figures[0]:
            self.rank()
        steps, ground = question.steps, self._grounded(question)
        base, reconstruction = ground.base, ground.reconstruction
        directions, locked = self._directions.of(question.along), question.locked
        moved = explorer.moved(base, edits, below, directions, locked)
        how: _How = {"edits": edits, "below": below, "bases": directions, "locked": locked}
        strips = {
            (level, unit): explorer.traverse(base, level, unit, steps=steps, **how)
            for level, unit in _unhurried(wanted.traverse, hurried)
        }
        effects = {level: explorer.effect(base, level, **how) for level in _unhurried(wanted.effects, hurried)}
        return Answer(
            question,
            max(self.step, 0),
            reconstruction if question.image is None else question.image,
            reconstruction,
            explorer.decode(moved),
            self._levels(ground, moved, question, directions),
            strips,
            effects,
            self._samples(wanted, reconstruction, hurried),
            base.classes(),
            explorer.independent,
        )

    def _grounded(self, question: Question) -> Ground:
        """Where the question starts, kept as long as image, seed and weights stay."""
        ground = self._ground
        if ground is None or not ground.fits(self.step, question):
            image, seed = question.image, question.prior_seed
            base = self.explorer.from_prior(seed) if image is None else self.explorer.encode(image)
            ground = self._ground = Ground(self.step, image, seed, base, self.explorer.decode(base))
        return ground

    def _samples(self, question: Question, like: np.ndarray, hurried: Callable[[], bool]) -> np.ndarray:
        """Each draw as the base point that its seed gives, so that a person can start from one of them."""
        explorer = self.explorer
        drawn = [explorer.decode(explorer.from_prior(seed)) for seed in _unhurried(question.samples, hurried)]
        whole = drawn and len(drawn) == len(question.samples)
        return np.stack(drawn) if whole else np.empty((0, *like.shape), np.uint8)

    def _levels(
        self, ground: Ground, moved: Base, question: Question, directions: Mapping[str, Directions]
    ) -> tuple[LevelAnswer, ...]:
        """Every level from the surface down; the same records as before where nothing but the pictures changed."""
        under = question.below, question.locked, question.along, self._directions.version, self._ranked
        if ground.read is None or ground.read[0] != under:
            ground.read = under, self._read(ground.base, question, directions)
        values = moved.values()[::-1]
        if all(value is None for value in values):
            return ground.read[1]
        pairs = zip(ground.read[1], values, strict=True)
        return tuple(level if value is None else replace(level, values=value) for level, value in pairs)

    def _read(self, base: Base, question: Question, directions: Mapping[str, Directions]) -> tuple[LevelAnswer, ...]:
        """Every level as it stands at `base`, without what its units are worth."""
        explorer, below, locked = self.explorer, _rule(question.below), question.locked
        names = explorer.model.names[::-1]
        rows = zip(names, base.scores(), base.kl(), *self._figures, base.maps(), base.trace.visits, strict=True)
        return tuple(
            LevelAnswer(
                name,
                score,
                kl,
                np.lexsort((-mean_kl, variance <= ACTIVE_VARIANCE)),
                mean_kl,
                int((variance > ACTIVE_VARIANCE).sum()),
                explorer.moves_x(name, below, locked),
                maps=maps,
                along=directions[name].answer(visit) if name in directions else None,
                hidden_by=explorer.hidden_by(name, locked),
            )
            for name, score, kl, mean_kl, variance, maps, visit in rows
        )[::-1]


def _unhurried(wanted: Iterable[Wanted], hurried: Callable[[], bool]) -> Iterator[Wanted]:
    """What is wanted, until somebody asks something newer: a slider never waits for a map."""
    for one in wanted:
        if hurried():
            return
        yield one


def _rule(below: str) -> Below:
    """The rule as the engine knows it; an unknown one is refused where it is used."""
    return below  # type: ignore[return-value]


def _same(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    """Whether two pictures are the same, or both are draws of the prior."""
    return one is other or (one is not None and other is not None and np.array_equal(one, other))
