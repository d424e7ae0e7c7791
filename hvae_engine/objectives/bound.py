"""The only loss in the project: the ELBO or the IWAE bound of one walk, and the numbers shown beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import torch
from torch import Tensor

from hvae_engine.distributions import sample
from hvae_engine.errors import OptionError
from hvae_engine.models import HVAE, Draw, Rows, Trace
from hvae_engine.objectives.estimators import Estimator, doubly_reparameterised, frozen_walk, landed

Bound = Literal["elbo", "iwae"]
OFF = float("-inf")
"""Free bits that punish every nat."""


class Score(NamedTuple):
    """One batch under the objective. Training minimises `loss`; everything else is honest: beta 1, no free bits.

    Attributes:
        loss: (), nats per image, with beta, free bits and the weight prior.
        bound: (B,), nats.
        log_px: E[log p(x|z)], (B,), nats.
        kl: the charge of each level, root first, (L, B), nats. Under the ELBO bound = log_px - kl.sum(0); under IWAE
            the difference is the gain of K samples.
        label_nll: -log q(y|.) of given labels, (), nats; None without them.
        error: fraction of given labels guessed wrong, (); None without them.
        labelled: the score of the labelled half of a semi-supervised batch, a bound on log p(x, y).
    """

    loss: Tensor
    bound: Tensor
    log_px: Tensor
    kl: Tensor
    label_nll: Tensor | None = None
    error: Tensor | None = None
    labelled: Score | None = None


@dataclass(frozen=True)
class Objective:
    """Which bound, with how many draws, and the weight prior.

    Attributes:
        bound: "elbo", the mean of log w, or "iwae", the log of the mean of w (Burda et al. 2016).
        samples: K, draws for each image.
        kappa: variance of the Gaussian prior on theta^g (Rezende et al. 2014); None leaves it out.
        count: N, the training images the weight prior is shared among.
        estimator: of the gradient: "plain", "stl" for the ELBO, "dreg" for IWAE-K.
    """

    bound: Bound = "elbo"
    samples: int = 1
    kappa: float | None = None
    count: int = 1
    estimator: Estimator = "plain"

    def __post_init__(self) -> None:
        """Refuse an estimator where it would be biased.

        Raises:
            OptionError: with the reason.
        """
        if self.estimator == "stl" and self.bound == "iwae" and self.samples > 1:
            raise OptionError("The estimator 'stl' is biased for the IWAE bound with several draws; use 'dreg'.")
        if self.estimator == "dreg" and self.bound == "elbo":
            raise OptionError("The estimator 'dreg' is made for the IWAE bound; use 'stl' for the ELBO.")

    def __call__(
        self,
        model: HVAE,
        x: Tensor,
        y: Tensor | None = None,
        beta: Tensor | float = 1.0,
        free_bits: Tensor | float = OFF,
        draw: Draw = sample,
    ) -> Score:
        """Walk the posterior once and score it.

        Args:
            model: the model.
            x: (B, C, H, W).
            y: int64 (B,), where the labels are given: a bound on log p(x, y) instead of log p(x).
            beta: weight of the KL terms in the loss.
            free_bits: nats each level may spend unpunished, on the batch mean; -inf for none. Under the ELBO only.
            draw: how z is drawn.

        Raises:
            OptionError: the estimator would be biased for this family.
        """
        trace = model.infer(x, y, self.samples, draw)
        score = self.score(trace, x, beta, free_bits)
        if self.estimator != "plain":
            score = self._with_estimator(
                score, trace, frozen_walk(model, x, y, trace, self.samples), x, beta, free_bits
            )
        score = score if y is None else _with_label_terms(score, trace, y)
        if self.kappa is not None:
            score = score._replace(loss=score.loss + self.weight_prior(model))
        return score

    def score(self, trace: Trace, x: Tensor, beta: Tensor | float = 1.0, free_bits: Tensor | float = OFF) -> Score:
        """Score a walk of the posterior of x without the weight prior."""
        rows = trace.rows(x, closed_form=self.bound == "elbo" and self.estimator == "plain")
        log_px, kl = rows.mean(rows.log_px), rows.mean(rows.kl)
        if self.bound == "iwae":
            bound = importance(rows, rows.log_w)
            loss = -importance(rows, rows.log_px - beta * rows.kl.sum(0)).mean()
        else:
            bound = log_px - kl.sum(0)
            punished = torch.maximum(kl.mean(1), torch.as_tensor(free_bits, dtype=kl.dtype, device=kl.device))
            loss = beta * punished.sum() - log_px.mean()
        return Score(loss, bound.detach(), log_px.detach(), kl.detach())

    def _with_estimator(
        self, score: Score, trace: Trace, frozen: Trace, x: Tensor, beta: Tensor | float, free_bits: Tensor | float
    ) -> Score:
        """The same numbers with another gradient: the loss keeps its value."""
        if self.estimator == "stl":
            return score._replace(loss=self.score(landed(trace, frozen), x, beta, free_bits).loss)
        surrogate = doubly_reparameterised(trace, frozen, x, beta)
        return score._replace(loss=score.loss.detach() + surrogate - surrogate.detach())

    def weight_prior(self, model: HVAE) -> Tensor:
        """-log p(theta^g) / N up to a constant, (): |theta^g|^2 / (2 kappa N), nats per image."""
        if self.kappa is None:
            raise ValueError("This objective has no weight prior.")
        squares = [parameter.square().sum() for parameter in model.generative_parameters()]
        return torch.stack(squares).sum() / (2 * self.kappa * self.count)


def importance(rows: Rows, log_w: Tensor) -> Tensor:
    """log of the weighted mean of w over an image's rows, (B,); enumerated classes are summed exactly."""
    axes = tuple(range(log_w.ndim - 1))
    return torch.logsumexp(log_w + rows.log_mass, axes)


def _with_label_terms(score: Score, trace: Trace, y: Tensor) -> Score:
    """How well the labels that were given would have been guessed."""
    observed = [visit.choice for visit in trace.visits if visit.choice.observed]
    probs = trace.class_probabilities()
    if probs is None:
        return score
    log_q = torch.stack([choice.q.log_prob(choice.z).mean() for choice in observed if choice.q is not None])
    wrong = (probs.argmax(-1) != y).to(probs.dtype).mean()
    return score._replace(label_nll=-log_q.sum(), error=wrong.detach())
