"""One training step on the device, with no wait for it: score, gradient, Adam, and a row of numbers to read later."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.utils import get_total_norm

from hvae_engine.objectives import OFF, Score, Step
from hvae_engine.training.adam import EPS, Adam
from hvae_engine.training.averaging import Average
from hvae_engine.training.inputs import Batch

NOT_FINITE, TOO_STEEP = 1, 2
"""Why a step was not taken; 0 where it was."""


class Stepper:
    """Takes steps; a step whose loss or gradient is not finite leaves parameters, moments and buffers as they were.

    Args:
        module: model and objective, on the device.
        device: where that is.
        eps: of Adam.
        skip_above: leave out steps whose gradient has a norm above this (Child 2021); None: none.
        ema: rate of the running average of the weights; None: none is kept.

    Attributes:
        lr: learning rate; like the next two it lies on the device, so that a change between steps changes no code.
        beta: weight of the KL terms.
        free_bits: nats a level may spend; -inf for none.
        average: of the weights, where one is kept.
    """

    def __init__(
        self,
        module: Step,
        device: torch.device,
        eps: float = EPS,
        skip_above: float | None = None,
        ema: float | None = None,
    ) -> None:
        self.module, self.skip_above = module, skip_above
        self.average = None if ema is None else Average(module.model, ema)
        self.lr, self.beta = torch.tensor(0.0, device=device), torch.tensor(1.0, device=device)
        self.free_bits = torch.tensor(OFF, device=device)
        self.adam = Adam(module.parameters(), self.lr, eps)
        self._statistics = _Statistics(module)
        self._values: tuple[float, float, float] | None = None

    def set(self, lr: float, beta: float, free_bits: float) -> None:
        """Give the next step its settings."""
        values = lr, beta, free_bits
        if values != self._values:
            self._values = values
            for tensor, value in zip((self.lr, self.beta, self.free_bits), values, strict=True):
                tensor.fill_(value)

    def take(self, batch: Batch) -> Tensor:
        """Take one step and return its scores, (columns,) float32, on the device.

        The columns are: why the step was not taken (0: it was), loss, bound, log_px, KL of each level from the surface
        down; for a batch with labels also the bound of the labelled images and the fraction of them guessed wrong; with
        a weight prior its value.
        """
        self.adam.clear()
        self._statistics.keep()
        score = self.module(batch.x_l, batch.y_l, batch.x_u, self.beta, self.free_bits)
        score.loss.backward()
        refused = self._refusal(score.loss.detach())
        if refused.device.type != "cpu":
            self.adam.step(refused.clamp_max(1))
            self._statistics.restore_where(refused)
        elif refused:  # on a CPU reading a number waits for nobody, and deciding here is quicker
            self._statistics.restore()
        else:
            self.adam.step()
        if self.average is not None:
            self.average.follow(self.adam.count, refused)
        return _row(score, refused)

    @torch.no_grad()
    def _refusal(self, loss: Tensor) -> Tensor:
        """`NOT_FINITE` where loss or gradient is not, `TOO_STEEP` where the gradient is too long, else 0: ()."""
        gradients = self.adam.gradients()
        if self.skip_above is None and loss.device.type == "cpu":
            # one sum each is the quickest there, one kernel for all elsewhere
            total = torch.stack([gradient.sum() for gradient in gradients]).sum()
        else:
            total = get_total_norm(gradients)
        finite = torch.isfinite(loss + total)
        refused = (~finite).float() * NOT_FINITE
        if self.skip_above is not None:
            refused = refused + TOO_STEEP * (finite & (total > self.skip_above))
        return refused


class _Statistics:
    """Running statistics of batch norm, which a forward pass changes before anybody knows whether it was any good."""

    def __init__(self, module: nn.Module) -> None:
        norms = [part for part in module.modules() if isinstance(part, nn.modules.batchnorm._BatchNorm)]
        self.live = [buffer for norm in norms for buffer in norm.buffers()]
        self.kept = [buffer.clone() for buffer in self.live]

    @torch.no_grad()
    def keep(self) -> None:
        if self.live:
            torch._foreach_copy_(self.kept, self.live)

    @torch.no_grad()
    def restore(self) -> None:
        if self.live:
            torch._foreach_copy_(self.live, self.kept)

    @torch.no_grad()
    def restore_where(self, refused: Tensor) -> None:
        for kept, live in zip(self.kept, self.live, strict=True):
            live.copy_(torch.where(refused > 0, kept, live))


def _row(score: Score, refused: Tensor) -> Tensor:
    parts = [
        torch.stack([refused, score.loss.detach(), score.bound.mean(), score.log_px.mean()]),
        score.kl.mean(1).flip(0),
    ]
    if score.labelled is not None and score.error is not None:
        parts.append(torch.stack([score.labelled.bound.mean(), score.error]))
    if score.weight_prior is not None:
        parts.append(score.weight_prior.reshape(1))
    return torch.cat(parts)
