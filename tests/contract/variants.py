"""The models one battery is run over: every registered family, and the options that change its mathematics."""

from __future__ import annotations

from typing import Any

import torch
from torch.distributions import Distribution, Exponential, Gamma, Independent

from hvae_engine.distributions import quantile
from hvae_engine.models import FAMILIES, HVAE, DataInfo, build
from hvae_engine.models.levels import Additive, Free, Label

CLASSES = 3
DATA = DataInfo((1, 16, 16), CLASSES, torch.full((1, 16, 16), 0.3))
OPTIONS: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in FAMILIES),
    ("vae", {"covariance": "rank1"}),
    ("vae", {"covariance": "full", "units": 6}),
    ("vae", {"likelihood": "gaussian", "depth": 2}),
    *(("vae", {"latent": latent, "units": 5}) for latent in ("laplace", "exponential", "gamma")),
    ("vae", {"likelihood": "logistic"}),
    ("vae", {"network": "conv", "likelihood": "gaussian_fixed"}),
    ("ladder", {"network": "conv", "units": "8,4", "width": "24,16"}),
    ("residual_ladder", {"likelihood": "logistic_mixture", "channels": 8}),
    ("dlgm", {"latent": "gamma", "units": "6,5"}),
    ("dlgm", {"covariance": "rank1"}),
    ("dlgm", {"covariance": "full", "units": "6,5"}),
    ("dlgm", {"merge": "concat", "units": "8,4,3", "width": "32,24,16"}),
    ("iwae", {"units": "10,6,4", "width": "32,24,16"}),
    ("vae", {"decoder": "linear", "likelihood": "gaussian", "covariance": "full", "units": 6}),
    ("dlgm", {"decoder": "linear", "likelihood": "gaussian", "units": "6,5", "width": "9,8"}),
    ("iwae", {"decoder": "linear", "likelihood": "gaussian", "units": "6,5", "width": "9,8"}),
    ("ladder", {"batch_norm": False, "units": "10,6", "width": "32,24"}),
    ("ladder", {"head_norm": True, "units": "10,6", "width": "32,24"}),
    ("residual_ladder", {"units": "2,3,4,5", "strides": "1,2,2,16", "channels": 16, "likelihood": "gaussian"}),
]
NAMES = [name + "".join(f" {key}={value}" for key, value in options.items()) for name, options in OPTIONS]


def made(variant: tuple[str, dict[str, Any]]) -> HVAE:
    """The model in float64 and evaluation mode, its weights the same at every call."""
    name, options = variant
    torch.manual_seed(3)
    model = build(name, DATA, **options).double().eval()
    for module in model.modules():  # batch norm as after some training: statistics that are not 0 and 1
        if isinstance(module, torch.nn.BatchNorm1d):
            assert module.running_mean is not None
            assert module.running_var is not None
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    return model


def images(count: int, seed: int = 0) -> torch.Tensor:
    """Binary images in float64, (count, 1, 16, 16)."""
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(count, *DATA.shape, generator=generator).lt(0.3).double()


def independent(model: HVAE) -> bool:
    """Whether no level's prior hangs on another level."""
    return all(isinstance(level, Free | Additive | Label) for level in model)


class HeldNoise:
    """Draws whose noise is fixed by level, sample and image: the same image gets the same noise in any batch."""

    def __init__(self, model: HVAE, samples: int, count: int) -> None:
        generator = torch.Generator().manual_seed(11)
        self.noise = [
            torch.randn(samples, count, *level.shape, generator=generator, dtype=torch.float64) for level in model
        ]

    def rows(self, rows: torch.Tensor, samples: slice = slice(None)):
        """The draw for the images at `rows` and some of the samples."""

        def draw(level: int, q: Distribution) -> torch.Tensor:
            noise = self.noise[level][samples][:, rows]
            if isinstance(q, Independent) and isinstance(q.base_dist, Exponential | Gamma):
                return quantile(q, noise)
            if hasattr(q, "shaped"):
                return q.shaped(noise)
            if hasattr(q, "scale_tril"):
                return q.mean + (q.scale_tril @ noise.unsqueeze(-1)).squeeze(-1)
            return q.mean + q.stddev * noise

        return draw
