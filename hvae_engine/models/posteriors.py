"""The two shapes of q(z|x): from the top down beside the prior, and as a chain from the image up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.distributions import Distribution, OneHotCategorical

from hvae_engine.distributions import gaussian, sample
from hvae_engine.models.heads import positive
from hvae_engine.models.hvae import Draw, Source
from hvae_engine.models.trace import Choice
from hvae_engine.networks import folded, join
from hvae_engine.networks.images import resized


def spread(q: Distribution, batch: torch.Size) -> Distribution:
    """The same distribution for every sample: batch (B,) seen as (*S, B)."""
    return q if q.batch_shape == batch else q.expand(batch)


class TopDownPosterior(nn.Module):
    """Features of x once, upwards; then q(z_l | z_>l, x) from the root down, in step with the priors.

    Every KL(q || p) may be integrated: z_l is drawn after all that its prior hangs on.

    Args:
        encoder: images (B, C, H, W) -> features for each level, root first.
        rules: for each level, root first: (features, prior, state) -> q.
    """

    def __init__(self, encoder: nn.Module, rules: Iterable[nn.Module]) -> None:
        super().__init__()
        self.encoder = encoder
        self.rules = nn.ModuleList(rules)

    def forward(
        self, x: Tensor, y: Tensor | None = None, samples: int = 1, draw: Draw = sample, marginalise: bool = True
    ) -> Source:
        """The source of one walk; arguments as in `Posterior`. Labels are not looked at."""
        features: list[Tensor] = self.encoder(x)

        def source(i: int, prior: Distribution, state: Tensor) -> Choice:
            q = spread(self.rules[i](features[i], prior, state), prior.batch_shape)
            return Choice(draw(i, q), q, closed_form=True)

        return source


class Amortised(nn.Module):
    """q(z_l | x) from the features alone."""

    def __init__(self, head: nn.Module) -> None:
        super().__init__()
        self.head = head

    def forward(self, features: Tensor, prior: Distribution, state: Tensor) -> Distribution:
        """Batch (B,): the same for every sample."""
        q: Distribution = self.head(features)
        return q


class PrecisionWeighted(nn.Module):
    """q(z_l | z_>l, x): the features' Gaussian times the prior, normalised (Sonderby et al. 2016, eq. 7).

    1/s^2 = 1/s^_2 + 1/s_p^2 and mu = s^2 (mu^/s^_2 + mu_p/s_p^2).
    """

    def __init__(self, head: nn.Module) -> None:
        super().__init__()
        self.head = head

    def forward(self, features: Tensor, prior: Distribution, state: Tensor) -> Distribution:
        """Batch (*S, B)."""
        return precision_weighted(self.head(features), prior)


def precision_weighted(evidence: Distribution, prior: Distribution) -> Distribution:
    """The normalised product of two diagonal Gaussians over vectors, batch shapes broadcast."""
    from_evidence = evidence.stddev.square().reciprocal()
    from_prior = prior.stddev.square().reciprocal()
    variance = (from_evidence + from_prior).reciprocal()
    return gaussian(variance * (evidence.mean * from_evidence + prior.mean * from_prior), variance.sqrt())


class BesideState(nn.Module):
    """q(z_l | z_>l, x) of a residual ladder: from the map of features laid beside the state.

    Args:
        network: (N, features + channels, r, r) -> (N, 2 units, r, r), or to a raw mean and scale.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, features: Tensor, prior: Distribution, state: Tensor) -> Distribution:
        """Batch (*S, B), event (units, r, r)."""
        features = resized(features, state.shape[-1]).expand(*state.shape[:-3], *features.shape[1:])
        mean, raw = folded(self.network, torch.cat([features, state], -3), 3).chunk(2, -3)
        return gaussian(mean, positive(raw), 3)


class Link(NamedTuple):
    """One step of a chain: the level drawn, what it hangs on ("x" or levels drawn before), and features -> q."""

    level: str
    given: tuple[str, ...]
    network: nn.Module


class ChainPosterior(nn.Module):
    """q(z_1|x) q(z_2|z_1) ... from the image up, a label anywhere among them, given, enumerated or drawn.

    Only the level drawn last may have its KL integrated: every other prior hangs on a draw made from its z.

    Args:
        names: of the model's levels, root first.
        links: in the order of drawing.
    """

    def __init__(self, names: Sequence[str], links: Sequence[Link]) -> None:
        super().__init__()
        self.names, self.order = list(names), [(link.level, link.given) for link in links]
        self.networks = nn.ModuleDict({link.level: link.network for link in links})

    def forward(
        self, x: Tensor, y: Tensor | None = None, samples: int = 1, draw: Draw = sample, marginalise: bool = True
    ) -> Source:
        """The source of one walk; arguments as in `Posterior`."""
        known, choices = {"x": x.flatten(1)}, {}
        for level, given in self.order:
            q: Distribution = self.networks[level](join(*(known[name] for name in given)))
            q = q if len(q.batch_shape) > 1 else q.expand(torch.Size([samples, len(x)]))
            if isinstance(q, OneHotCategorical):
                choice = self._label(q, y, draw, marginalise)
            else:
                z = draw(self.names.index(level), q)
                choice = Choice(z, q, closed_form=level == self.order[-1][0])
            known[level], choices[level] = choice.z, choice
        return _spent_once(iter([choices[name] for name in self.names]))

    def _label(self, q: OneHotCategorical, y: Tensor | None, draw: Draw, marginalise: bool) -> Choice:
        """The class as it was given, every class with its mass, or one draw."""
        classes = q.event_shape[0]
        if y is not None:
            one_hot = torch.nn.functional.one_hot(y, classes).to(q.logits.dtype)
            return Choice(one_hot.expand(q.logits.shape), q, observed=True)
        if not marginalise:
            return Choice(draw(self.names.index("y"), q), q)
        every = torch.eye(classes, dtype=q.logits.dtype, device=q.logits.device)
        every = every.view(classes, *[1] * len(q.batch_shape), classes).expand(classes, *q.logits.shape)
        return Choice(every, q, log_mass=q.logits.movedim(-1, 0))


def _spent_once(choices: Iterator[Choice]) -> Source:
    """A source that hands out what was drawn, once: a second walk would repeat its draws."""

    def source(i: int, prior: Distribution, state: Tensor) -> Choice:
        choice = next(choices, None)
        if choice is None:
            raise RuntimeError("This source has been walked already: ask the posterior for another.")
        return choice

    return source
