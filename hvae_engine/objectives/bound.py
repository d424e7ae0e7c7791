"""The only loss in the project: the ELBO or the IWAE bound of one walk, and the numbers shown beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn

from hvae_engine.distributions import sample
from hvae_engine.errors import OptionError
from hvae_engine.models import HVAE, Draw, Rows, Trace
from hvae_engine.objectives.chunks import Terms, in_chunks
from hvae_engine.objectives.estimators import (
    Estimator,
    doubly_reparameterised,
    frozen_walk,
    landed,
    refuse_shared_draws,
)

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
        weight_prior: log p(theta^g) / N, which the loss pays for, (), nats per image; None where it is off.
    """

    loss: Tensor
    bound: Tensor
    log_px: Tensor
    kl: Tensor
    label_nll: Tensor | None = None
    error: Tensor | None = None
    labelled: Score | None = None
    weight_prior: Tensor | None = None


@dataclass(frozen=True)
class Objective:
    """Which bound, with how many draws, and the weight prior.

    Attributes:
        bound: "elbo", the mean of log w, or "iwae", the log of the mean of w (Burda et al. 2016).
        samples: K, draws for each image.
        kappa: variance of the Gaussian prior on theta^g (Rezende et al. 2014); None leaves it out.
        count: N, the training images the weight prior is shared among.
        estimator: of the gradient: "plain", "stl" for the ELBO, "dreg" for IWAE-K.
        at_once: draws, over all images, that are kept in memory together; None: all. The bound and its gradient do not
            hang on it (see `in_chunks`), what is drawn does.
    """

    bound: Bound = "elbo"
    samples: int = 1
    kappa: float | None = None
    count: int = 1
    estimator: Estimator = "plain"
    at_once: int | None = None

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
        if self.at_once is None or len(x) * self.samples <= self.at_once or has_batch_norm(model):
            terms = self._terms(model, x, y, self.samples, draw)
        else:
            terms = in_chunks(partial(self._terms, model, draw=draw), x, y, self.samples, self.at_once)
        score = self._scored(terms.rows, beta, free_bits)
        if terms.landed is not None and terms.frozen is not None:
            score = self._with_estimator(score, terms.landed, terms.frozen, beta, free_bits)
        score = score if y is None else _with_label_terms(score, terms, y)
        if self.kappa is not None:
            prior = self.weight_prior(model)
            score = score._replace(loss=score.loss - prior, weight_prior=prior.detach())
        return score

    def score(self, trace: Trace, x: Tensor, beta: Tensor | float = 1.0, free_bits: Tensor | float = OFF) -> Score:
        """Score a walk of the posterior of x without the weight prior."""
        return self._scored(self._rows(trace, x), beta, free_bits)

    def _rows(self, trace: Trace, x: Tensor) -> Rows:
        return trace.rows(x, closed_form=self.bound == "elbo" and self.estimator == "plain")

    def _terms(self, model: HVAE, x: Tensor, y: Tensor | None, samples: int, draw: Draw) -> Terms:
        """Walk once, and once more for the estimators that need it."""
        trace = model.infer(x, y, samples, draw)
        labels = [v.choice.q.log_prob(v.choice.z) for v in trace.visits if v.choice.observed and v.choice.q is not None]
        label_log_q = torch.stack(labels).sum(0) if labels else None
        terms = Terms(self._rows(trace, x), None, None, label_log_q, trace.class_probabilities())
        if self.estimator == "plain":
            return terms
        if self.estimator == "dreg":
            refuse_shared_draws(trace)
        frozen = frozen_walk(model, x, y, trace, samples)
        return terms._replace(landed=self._rows(landed(trace, frozen), x), frozen=self._rows(frozen, x))

    def _scored(self, rows: Rows, beta: Tensor | float, free_bits: Tensor | float) -> Score:
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
        self, score: Score, live: Rows, frozen: Rows, beta: Tensor | float, free_bits: Tensor | float
    ) -> Score:
        """The same numbers with another gradient: the loss keeps its value."""
        if self.estimator == "stl":
            return score._replace(loss=self._scored(live, beta, free_bits).loss)
        surrogate = doubly_reparameterised(live, frozen, beta)
        return score._replace(loss=score.loss.detach() + surrogate - surrogate.detach())

    def weight_prior(self, model: HVAE) -> Tensor:
        """log p(theta^g) / N up to a constant, (): -|theta^g|^2 / (2 kappa N), nats per image."""
        if self.kappa is None:
            raise ValueError("This objective has no weight prior.")
        squares = [parameter.square().sum() for parameter in model.generative_parameters()]
        return -torch.stack(squares).sum() / (2 * self.kappa * self.count)


def importance(rows: Rows, log_w: Tensor) -> Tensor:
    """log of the weighted mean of w over an image's rows, (B,); enumerated classes are summed exactly."""
    axes = tuple(range(log_w.ndim - 1))
    return torch.logsumexp(log_w + rows.log_mass, axes)


def _with_label_terms(score: Score, terms: Terms, y: Tensor) -> Score:
    """How well the labels that were given would have been guessed."""
    if terms.probs is None or terms.label_log_q is None:
        return score
    wrong = (terms.probs.argmax(-1) != y).to(terms.probs.dtype).mean()
    return score._replace(label_nll=-terms.label_log_q.mean(), error=wrong.detach())


def has_batch_norm(model: HVAE) -> bool:
    """Whether draws are normalised together: apart they would be other numbers."""
    return model.training and any(isinstance(part, nn.modules.batchnorm._BatchNorm) for part in model.modules())
