"""The codes of a first model, for a second one to learn: z1 of each image, and the way from codes back to pictures."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.distributions import Distribution

from hvae_engine.distributions import sample
from hvae_engine.models.hvae import HVAE, Draw
from hvae_engine.models.levels import Label
from hvae_engine.models.registry import DataInfo


class Codes(nn.Module):
    """z1 of a first, frozen model: some of its dimensions, each with mean 0 and deviation 1 over the training images.

    Two models trained one after the other (M1 then M2, Kingma et al. 2014): the second learns p(codes), and is shown
    through the first one's decoder. Nothing here takes gradients, and batch norm keeps its statistics.

    Args:
        first: the first model; its parts are frozen and used as they are. See `obstacle` for which ones will do.
        kept: which dimensions of z1 the second model sees, int64, (d,), d at most D.
        mean: of z1 over the training images, (D,); where the others stay for pictures.
        std: of z1 over the training images, (D,), the spread of q(z1|x) included.
    """

    kept: Tensor
    mean: Tensor
    std: Tensor

    def __init__(self, first: HVAE, kept: Tensor, mean: Tensor, std: Tensor) -> None:
        super().__init__()
        self.encoder = HVAE(first.root, list(first), nn.Identity(), first.posterior)  # its walk ends at z1
        self.decoder = first.likelihood
        self.register_buffer("kept", kept)
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        self.requires_grad_(False).eval()

    def info(self, classes: int) -> DataInfo:
        """What the second model may know of its data: each code is an "image" of 1 x 1 x d."""
        return DataInfo((1, 1, len(self.kept)), classes, torch.zeros(1, 1, len(self.kept)), levels=0)

    @torch.no_grad()
    def drawn(self, x: Tensor) -> Tensor:
        """One draw from q(z1|x) for each image, by torch's global generator: codes (B, 1, 1, d).

        Args:
            x: images as the first model saw them, (B, C, H, W).
        """
        return self._code(self._read(x, sample)[0])

    @torch.no_grad()
    def means(self, x: Tensor) -> Tensor:
        """The mean of q(z1|x) for each image, levels above it at theirs: codes (B, 1, 1, d)."""
        return self._code(self._read(x, _mean)[1].mean[0])

    @torch.no_grad()
    def moments(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and variance of q(z1|x), levels above it at their means: each (B, D)."""
        q = self._read(x, _mean)[1]
        return q.mean[0], q.variance[0]

    @torch.no_grad()
    def pictures(self, codes: Tensor) -> Distribution:
        """p(x|z1) of codes (*S, B, 1, 1, d), batch (*S, B); dimensions that were left out stand at their mean."""
        leading = codes.shape[:-3]
        z = self.mean.expand(*leading, -1).clone()
        z[..., self.kept] += codes.flatten(-3) * self.std[self.kept]
        root = self.encoder.root
        state = list(self.encoder)[-1].absorb(root.expand(*leading, *root.shape), z)
        distribution: Distribution = self.decoder(state)
        return distribution

    def look_through(self, model: HVAE) -> None:
        """Let a model of codes take images and give pictures, its weights and their names staying as they are.

        Args:
            model: of codes; its posterior will see the means of the codes, its likelihood go through the decoder.
        """

        def coded(module: nn.Module, given: tuple[Any, ...]) -> tuple[Any, ...]:
            return self.means(given[0]), *given[1:]

        def pictured(module: nn.Module, given: tuple[Any, ...], likelihood: Distribution) -> Distribution:
            return self.pictures(likelihood.mean)

        model.posterior.register_forward_pre_hook(coded)
        model.likelihood.register_forward_hook(pictured)

    def _code(self, z: Tensor) -> Tensor:
        kept = self.kept
        return ((z[:, kept] - self.mean[kept]) / self.std[kept])[:, None, None]

    def _read(self, x: Tensor, draw: Draw) -> tuple[Tensor, Distribution]:
        """z1 of each image, (B, D), and what it was drawn from, batch (1, B)."""
        choice = self.encoder.infer(x, None, 1, draw).visits[-1].choice
        assert choice.q is not None
        return choice.z[0], choice.q


def _mean(level: int, distribution: Distribution) -> Tensor:
    return distribution.mean


def obstacle(first: HVAE) -> str:
    """Why a model's codes cannot be learned by a second one, in a clause; empty: they can."""
    levels = list(first)
    if any(isinstance(level, Label) for level in levels):
        return "it has labels of its own"
    if len(levels[-1].shape) > 1:
        return "its z1 is a map"
    if len(levels) > 1 and not levels[-1].markov:
        return "its pictures hang on the levels above z1 too"
    return ""
