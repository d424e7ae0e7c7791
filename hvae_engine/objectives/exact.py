"""log p(x) in closed form, where a model is linear and Gaussian: the line that no bound may pass."""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
from torch import Tensor

from hvae_engine.models import HVAE
from hvae_engine.models.linear import Marginal, is_linear_gaussian, marginal


def gaussian_log_prob(p: Marginal, x: Tensor) -> Tensor:
    """log N(x; mean, W W' + sigma^2 I) of vectors x, (B, D): (B,), nats.

    With M = I + W' W / sigma^2, which is d x d, the determinant is sigma^(2D) |M| (matrix determinant lemma) and the
    inverse (I - W M^-1 W' / sigma^2) / sigma^2 (Woodbury): nothing of the size D x D is made.
    """
    count = x.shape[-1]
    scaled = p.loadings / p.variance.sqrt()
    root = torch.linalg.cholesky(torch.eye(scaled.shape[1]).to(scaled) + scaled.T @ scaled)
    residual = (x - p.mean) / p.variance.sqrt()
    explained = torch.linalg.solve_triangular(root, (residual @ scaled).T, upper=False)
    distance = residual.square().sum(-1) - explained.square().sum(0)
    log_det = count * p.variance.log() + 2 * root.diagonal().log().sum()
    log_prob: Tensor = -0.5 * (distance + log_det + count * math.log(2 * math.pi))
    return log_prob


@torch.no_grad()
def exact_log_px(model: HVAE, batches: Iterable[Tensor]) -> float | None:
    """Mean log p(x) of images under the present weights, nats per image; None where the model is not linear-Gaussian.

    Args:
        model: the model.
        batches: images (B, C, H, W), on any device.
    """
    if not is_linear_gaussian(model):
        return None
    p = marginal(model)
    return float(torch.cat([gaussian_log_prob(p, x.flatten(1).cpu().double()) for x in batches]).mean())
