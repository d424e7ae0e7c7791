"""A hierarchy z2 -> z1 -> x of linear Gaussians: everything about it is known in closed form."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.distributions import Distribution, MultivariateNormal

from hvae_engine.distributions import full_gaussian, gaussian
from hvae_engine.models import HVAE
from hvae_engine.models.levels import Conditional, Free
from hvae_engine.models.posteriors import ChainPosterior, Link, TopDownPosterior

UNITS = (2, 3)  # z2, z1
PIXELS = 4


class Affine(nn.Module):
    """N(M h + m, R R'), or with a diagonal covariance where `factor` is a vector of deviations."""

    def __init__(self, matrix: Tensor, offset: Tensor, factor: Tensor) -> None:
        super().__init__()
        self.matrix, self.offset, self.factor = matrix, offset, factor

    def forward(self, h: Tensor) -> Distribution:
        mean = h @ self.matrix.T + self.offset
        if self.factor.ndim == 1:
            return gaussian(mean, self.factor.expand(mean.shape))
        return full_gaussian(mean, self.factor.expand(*mean.shape[:-1], *self.factor.shape))


class Pixels(Affine):
    """The same over an image (1, 1, PIXELS)."""

    def forward(self, h: Tensor) -> Distribution:
        mean = (h @ self.matrix.T + self.offset).unflatten(-1, (1, 1, PIXELS))
        return gaussian(mean, self.factor.expand(mean.shape), 3)


class GivenAbove(nn.Module):
    """q(z1 | z2, x) as a rule of a top-down posterior."""

    def __init__(self, affine: Affine) -> None:
        super().__init__()
        self.affine = affine

    def forward(self, features: Tensor, prior: Distribution, state: Tensor) -> Distribution:
        x = features.expand(*state.shape[:-1], features.shape[-1])
        return self.affine(torch.cat([x, state], -1))


class Alone(nn.Module):
    """q(z2 | x) as a rule of a top-down posterior."""

    def __init__(self, affine: Affine) -> None:
        super().__init__()
        self.affine = affine

    def forward(self, features: Tensor, prior: Distribution, state: Tensor) -> Distribution:
        return self.affine(features)


class Flat(nn.Module):
    """Pixels as features for both levels."""

    def forward(self, x: Tensor) -> list[Tensor]:
        return [x.flatten(1), x.flatten(1)]


@dataclass
class LinearGaussian:
    """z2 ~ N(0, I), z1 | z2 ~ N(A z2 + a, S1), x | z1 ~ N(B z1 + b, Sx); S1 and Sx diagonal."""

    A: Tensor
    a: Tensor
    s1: Tensor
    B: Tensor
    b: Tensor
    sx: Tensor

    @classmethod
    def random(cls, seed: int = 0) -> LinearGaussian:
        g = torch.Generator().manual_seed(seed)

        def normal(*shape: int) -> Tensor:
            return torch.randn(*shape, generator=g, dtype=torch.float64)

        upper, lower = UNITS
        return cls(
            normal(lower, upper), normal(lower), normal(lower).exp() * 0.5,
            normal(PIXELS, lower), normal(PIXELS), normal(PIXELS).exp() * 0.5,
        )  # fmt: skip

    @property
    def P1(self) -> Tensor:
        return self.A @ self.A.T + torch.diag(self.s1**2)

    @property
    def Cx(self) -> Tensor:
        return self.B @ self.P1 @ self.B.T + torch.diag(self.sx**2)

    def log_px(self, x: Tensor) -> Tensor:
        """log p(x) of images (B, 1, 1, PIXELS)."""
        return MultivariateNormal(self.B @ self.a + self.b, self.Cx).log_prob(x.flatten(1))

    def images(self, count: int, seed: int = 1) -> Tensor:
        g = torch.Generator().manual_seed(seed)
        noise = torch.randn(count, PIXELS, generator=g, dtype=torch.float64)
        x = self.B @ self.a + self.b + noise @ torch.linalg.cholesky(self.Cx).T
        return x.view(count, 1, 1, PIXELS)

    def chain(self, widen: float = 1.0) -> ChainPosterior:
        """q(z1|x) q(z2|z1): exact, or with deviations `widen` times too large."""
        K = self.P1 @ self.B.T @ torch.linalg.inv(self.Cx)
        first = Affine(
            K,
            self.a - K @ (self.B @ self.a + self.b),
            widen * torch.linalg.cholesky(self.P1 - K @ self.B @ self.P1),
        )
        G = self.A.T @ torch.linalg.inv(self.P1)
        second = Affine(G, -G @ self.a, widen * torch.linalg.cholesky(torch.eye(UNITS[0]).double() - G @ self.A))
        return ChainPosterior(["z2", "z1"], [Link("z1", ("x",), first), Link("z2", ("z1",), second)])

    def top_down(self) -> TopDownPosterior:
        """The exact q(z2|x) q(z1|z2,x)."""
        BA, noise = self.B @ self.A, self.B @ torch.diag(self.s1**2) @ self.B.T + torch.diag(self.sx**2)
        C2 = torch.linalg.inv(torch.eye(UNITS[0]).double() + BA.T @ torch.linalg.inv(noise) @ BA)
        W = C2 @ BA.T @ torch.linalg.inv(noise)
        root = Affine(W, -W @ (self.B @ self.a + self.b), torch.linalg.cholesky(C2))
        precision = torch.diag(self.s1**-2) + self.B.T @ torch.diag(self.sx**-2) @ self.B
        C1 = torch.linalg.inv(precision)
        from_x = C1 @ self.B.T @ torch.diag(self.sx**-2)
        from_z2 = C1 @ torch.diag(self.s1**-2)
        given = Affine(
            torch.cat([from_x, from_z2 @ self.A], 1), from_z2 @ self.a - from_x @ self.b, torch.linalg.cholesky(C1)
        )
        return TopDownPosterior(Flat(), [Alone(root), GivenAbove(given)])

    def model(self, posterior: nn.Module) -> HVAE:
        levels = [Free("z2", UNITS[0]), Conditional("z1", UNITS[1], Affine(self.A, self.a, self.s1))]
        return HVAE(torch.zeros(0).double(), levels, Pixels(self.B, self.b, self.sx), posterior)
