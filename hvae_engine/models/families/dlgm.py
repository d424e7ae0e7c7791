"""The deep latent Gaussian model: independent priors, each level's noise added on the way down."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Literal

import torch

from hvae_engine.models.heads import COVARIANCES
from hvae_engine.models.hvae import HVAE
from hvae_engine.models.levels import Additive
from hvae_engine.models.pixels import dense_pixels
from hvae_engine.models.posteriors import Amortised, TopDownPosterior
from hvae_engine.models.registry import Activation, Covariance, DataInfo, Pixels, Sizes, family
from hvae_engine.networks import BottomUp, Layers


@family("DLGM")
def dlgm(
    data: DataInfo,
    *,
    units: Sizes = (32, 16),
    width: Sizes = (256, 128),
    depth: int = 1,
    merge: Literal["add", "concat"] = "add",
    covariance: Covariance = "diagonal",
    activation: Activation = "relu",
    likelihood: Pixels = "bernoulli",
) -> HVAE:
    """h_L = G_L z_L, h_l = T_l(h_{l+1}) + G_l z_l, every z_l ~ N(0, I) (Rezende et al. 2014).

    Args:
        units: size of each level, from z1 up
        width: size of each h, from h1 up
        depth: hidden layers of each transition
        merge: add as in the formula, or concat as in the paper's drawing
        covariance: of the posterior: diagonal, rank one in the precision, or full
        activation: between layers
        likelihood: of the pixels
    """
    layers = Layers(activation, depth)
    heads = [Amortised(COVARIANCES[covariance](w, u)) for w, u in zip(width, units, strict=True)]
    posterior = TopDownPosterior(BottomUp(prod(data.shape), width, layers), heads)
    levels = additive(units, width, layers, merge)
    last = levels[-1].width
    return HVAE(torch.zeros(0), levels, dense_pixels(likelihood, data, layers(last, width[-1]), width[-1]), posterior)


def additive(units: Sequence[int], width: Sequence[int], layers: Layers, merge: str) -> list[Additive]:
    """The levels, root first, each reading the state of the one above."""
    levels: list[Additive] = []
    for i, (size, w) in enumerate(zip(units, width, strict=True)):
        transition = layers(levels[-1].width, w) if levels else None
        levels.append(Additive(f"z{len(units) - i}", size, w, transition, merge))
    return levels
