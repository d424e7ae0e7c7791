"""Perturbs one level of a hierarchical VAE at a time: encode, decode, vary, generate; numpy in, numpy out."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import torch
from torch import Tensor
from torch.distributions import Distribution, OneHotCategorical

from hvae_engine.distributions import quantile, sample_with, unit_kl
from hvae_engine.errors import OptionError, did_you_mean
from hvae_engine.exploring.base import Base, by_unit
from hvae_engine.exploring.edits import UNITS, Bases, edits_of, index_of
from hvae_engine.exploring.effects import effect_of
from hvae_engine.exploring.questions import Edits, Effect, Unit
from hvae_engine.models import BELOW, HVAE, Below, Draw, Level, Move, Trace, drawing, edited, from_prior, side_by_side
from hvae_engine.models.levels import Additive, Free, Label


class Explorer:
    """Looks into a model without training it.

    It draws from a generator of its own, so that torch's global one stays with whoever trains.

    Args:
        model: put into evaluation mode here; give it a copy of its own while another one trains.
        seed: of the draws.
    """

    def __init__(self, model: HVAE, seed: int = 0) -> None:
        self.model = model.eval()
        self._device = model.root.device
        self._generator = torch.Generator(self._device).manual_seed(seed)

    @torch.no_grad()
    def encode(self, image: np.ndarray) -> Base:
        """The posterior's mode at every level, from the root down; the most probable class where there is a label.

        Args:
            image: uint8, (H, W) or (H, W, 3). Grey values go in as they are, also where training binarises.
        """
        return Base(self.model.infer(self._tensor(image), None, 1, most_probable, marginalise=False))

    @torch.no_grad()
    def from_prior(self, seed: int | None = None) -> Base:
        """A draw from the prior; the same seed gives the same noise whatever the weights."""
        return Base(self.model.walk(from_prior(drawing(self._seeded(seed))), 1))

    def decode(self, base: Base) -> np.ndarray:
        """The mean of p(x|z) at the base point, uint8, (H, W) or (H, W, 3)."""
        picture: np.ndarray = pictures(base.trace.likelihood)[0]
        return picture

    @torch.no_grad()
    def vary(
        self, base: Base, edits: Edits, below: Below = "follow", bases: Bases = UNITS, locked: Collection[str] = ()
    ) -> np.ndarray:
        """The picture with some units moved, uint8, (H, W) or (H, W, 3).

        Args:
            base: where from.
            edits: level name -> unit -> standard-normal score of its prior.
            below: what the levels below an edited one do: "follow" their priors with their own noise, go to the "mean"
                of them, or stay "pinned".
            bases: by name the levels whose edits are said in something else than units, such as `Directions`.
            locked: names of levels that stay pinned whatever the others do.

        Raises:
            OptionError: a level, a unit or a rule does not exist.
        """
        return self.decode(self.moved(base, edits, below, bases, locked))

    @torch.no_grad()
    def moved(
        self, base: Base, edits: Edits, below: Below = "follow", bases: Bases = UNITS, locked: Collection[str] = ()
    ) -> Base:
        """The point that edits lead to; arguments and mistakes as in `vary`."""
        return Base(self._walk(base, edits_of(self.model, base.trace, edits, bases), below, locked))

    @torch.no_grad()
    def traverse(
        self,
        base: Base,
        level: str,
        unit: Unit,
        *,
        steps: int = 9,
        edits: Edits | None = None,
        below: Below = "follow",
        bases: Bases = UNITS,
        locked: Collection[str] = (),
    ) -> np.ndarray:
        """Pictures with one unit moved from -3 to 3 prior standard deviations, uint8, (steps, H, W[, 3]).

        Args:
            base: where from.
            level: its name.
            unit: which unit; of a spatial level a channel everywhere or (channel, row, column); where `bases` has the
                level, which direction, and the steps are standard deviations along it.
            steps: how many pictures.
            edits: what else is moved.
            below: as in `vary`.
            bases: as in `vary`.
            locked: as in `vary`.
        """
        index = index_of(self.model, level)
        others = dict[Unit, float]((edits or {}).get(level, {}).items())
        rows = [{**others, unit: float(value)} for value in np.linspace(-3, 3, steps)]
        parts = [edits_of(self.model, base.trace, {**(edits or {}), level: row}, bases) for row in rows]
        moved = side_by_side([part[index] for part in parts])
        pictured = pictures(self._walk(base, {**parts[0], index: moved}, below, locked).likelihood)
        return np.ascontiguousarray(np.broadcast_to(pictured, (steps, *pictured.shape[1:])))

    @torch.no_grad()
    def effect(
        self,
        base: Base,
        level: str,
        *,
        edits: Edits | None = None,
        below: Below = "follow",
        bases: Bases = UNITS,
        locked: Collection[str] = (),
        seed: int = 0,
    ) -> Effect:
        """What drawing one level again does to each pixel; the same seed gives the same draws.

        Args:
            base: where from.
            level: its name.
            edits: what else is moved.
            below: as in `vary`.
            bases: as in `vary`.
            locked: as in `vary`.
            seed: of the draws.
        """
        others = {name: units for name, units in (edits or {}).items() if name != level}
        parts, index = edits_of(self.model, base.trace, others, bases), index_of(self.model, level)
        return effect_of(self.model, base.trace, index, parts, below, self._seeded(seed), locked=self._indices(locked))

    @torch.no_grad()
    def generate(self, n: int, temperature: float = 1.0, seed: int | None = None) -> np.ndarray:
        """Draws of the whole model, the mean of p(x|z) of each, uint8, (n, H, W[, 3]).

        Args:
            n: how many.
            temperature: scale of the noise at every level; 1 is the model itself.
            seed: of these draws; None goes on with the explorer's own.
        """
        generator = self._seeded(seed)
        draw: Draw = drawing(generator) if temperature == 1 else _tempered(generator, temperature)
        return pictures(self.model.walk(from_prior(draw), n).likelihood)

    @property
    def independent(self) -> bool:
        """Whether no level's prior hangs on another level: then "follow" and "pinned" are the same."""
        return all(isinstance(level, Free | Additive | Label) for level in self.model)

    def moves_x(self, level: str, below: Below, locked: Collection[str] = ()) -> bool:
        """Whether moving a level can change the picture.

        It cannot where x sees nothing above some lower level that is pinned or locked.
        """
        return not any(one.markov and (below == "pinned" or one.name in locked) for one in self._lower(level))

    def hidden_by(self, level: str, locked: Collection[str]) -> str:
        """The locked level nearest under `level` through which x sees nothing of it; empty: there is none."""
        return next((one.name for one in self._lower(level) if one.markov and one.name in locked), "")

    def _lower(self, level: str) -> list[Level]:
        return list(self.model)[index_of(self.model, level) + 1 :]

    @torch.no_grad()
    def unit_figures(self, images: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """KL in nats and variance of the posterior mean over images, by unit, root first, each (units,).

        Args:
            images: uint8, (N, H, W) or (N, H, W, 3).
        """
        x = torch.cat([self._tensor(image) for image in images])
        trace = self.model.infer(x, None, 1, most_probable, marginalise=False)
        kl, variance = [], []
        for prior, choice in trace.visits:
            q = prior if choice.q is None else choice.q
            mean = q.mean.expand(1, len(x), *prior.event_shape)
            kl.append(by_unit(unit_kl(q, prior).expand(mean.shape)[0].mean(0), mean=False))
            variance.append(by_unit(mean[0].var(0), mean=True))
        return kl, variance

    def _walk(self, base: Base, moves: Mapping[int, Move], below: Below, locked: Collection[str]) -> Trace:
        if below not in BELOW:
            raise OptionError(f"Levels below cannot {below!r}; {did_you_mean(below, BELOW)}")
        return self.model.walk(edited(base.trace, moves, below, self._indices(locked)), 1)

    def _indices(self, levels: Collection[str]) -> frozenset[int]:
        return frozenset(index_of(self.model, level) for level in levels)

    def _tensor(self, image: np.ndarray) -> Tensor:
        pixels = torch.from_numpy(np.ascontiguousarray(image)).to(self._device)
        pixels = pixels[None] if pixels.ndim == 2 else pixels.movedim(-1, 0)
        return (pixels.to(self.model.root.dtype) / 255)[None]

    def _seeded(self, seed: int | None) -> torch.Generator:
        return self._generator if seed is None else torch.Generator(self._device).manual_seed(seed)


def most_probable(level: int, distribution: Distribution) -> Tensor:
    """The draw that is none: the mean of a continuous level, the most probable class of a label, one-hot."""
    if isinstance(distribution, OneHotCategorical):
        probs: Tensor = distribution.probs
        return torch.nn.functional.one_hot(probs.argmax(-1), probs.shape[-1]).to(probs.dtype)
    return distribution.mean


def pictures(likelihood: Distribution) -> np.ndarray:
    """The mean of p(x|z) of each row as pictures, uint8, C-contiguous, (rows, H, W) or (rows, H, W, 3)."""
    mean = likelihood.mean.flatten(0, -4).clamp(0, 1)
    pixels = (mean * 255).round().to(torch.uint8).movedim(-3, -1).cpu().numpy()
    return np.ascontiguousarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)


def _tempered(generator: torch.Generator, temperature: float) -> Draw:
    """Draws with their standard-normal score scaled; a label is drawn as it is."""

    def draw(level: int, prior: Distribution) -> Tensor:
        if isinstance(prior, OneHotCategorical):
            return sample_with(prior, generator)
        shape = prior.batch_shape + prior.event_shape
        noise = torch.randn(shape, generator=generator, dtype=prior.mean.dtype, device=prior.mean.device)
        return quantile(prior, temperature * noise)

    return draw
