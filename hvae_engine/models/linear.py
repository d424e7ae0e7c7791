"""Models that are linear and Gaussian from the root to the pixels: their p(x) is one Gaussian in closed form."""

from __future__ import annotations

import copy
from typing import NamedTuple

import torch
from torch import Tensor, nn

from hvae_engine.models.heads import LinearGaussianHead
from hvae_engine.models.hvae import HVAE
from hvae_engine.models.levels import Additive, Conditional, Free
from hvae_engine.models.pixels import GaussianForm, Pixels
from hvae_engine.models.sources import riding

AFFINE = {Free, Additive, Conditional, LinearGaussianHead, Pixels, GaussianForm}
AFFINE_LAYERS = {nn.Linear, nn.Sequential, nn.ModuleList, nn.Identity}


class Marginal(NamedTuple):
    """p(x) = N(mean, W W' + sigma^2 I) over the D pixels of an image.

    Attributes:
        mean: (D,), float64.
        loadings: W, (D, d), float64, d being the units of all levels together.
        variance: sigma^2, (), float64.
    """

    mean: Tensor
    loadings: Tensor
    variance: Tensor


def is_linear_gaussian(model: HVAE) -> bool:
    """Whether every level's prior and p(x|z) are Gaussian with a linear mean and a covariance that hangs on nothing."""
    parts = [part for child in (model.levels, model.likelihood) for part in child.modules()]
    normal = all(part.latent == "gaussian" for part in parts if isinstance(part, Free | Additive))
    gaussian_pixels = any(isinstance(part, GaussianForm) for part in parts)
    return normal and gaussian_pixels and all(type(part) in AFFINE | AFFINE_LAYERS for part in parts)


@torch.no_grad()
def marginal(model: HVAE) -> Marginal:
    """p(x) of a linear-Gaussian model under its present weights.

    The pixels' mean is affine in the standard normal noise of all levels, so walks with no noise and with one unit of
    it at a time give it exactly; they are taken in float64 on the CPU.

    Args:
        model: one that `is_linear_gaussian`; it is not changed.
    """
    levels = [copy.deepcopy(level).double().cpu() for level in model]
    likelihood = copy.deepcopy(model.likelihood).double().cpu()
    twin = HVAE(model.root.detach().double().cpu(), levels, likelihood, nn.Identity())
    sizes = [level.shape.numel() for level in twin]
    noise = torch.cat([torch.zeros(1, sum(sizes)), torch.eye(sum(sizes))]).double()[None]
    pixels = twin.walk(riding(noise.split(sizes, -1)), noise.shape[1]).likelihood
    means = pixels.mean[0].flatten(1)
    return Marginal(means[0], (means[1:] - means[0]).T, pixels.variance.flatten()[0])
