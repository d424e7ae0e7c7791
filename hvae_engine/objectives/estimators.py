"""Gradients of the bound with less noise: sticking the landing (STL) and doubly reparameterised (DReG)."""

from __future__ import annotations

from typing import Any, Literal

import torch
from torch import Tensor
from torch.distributions import Distribution

from hvae_engine.errors import OptionError
from hvae_engine.models import HVAE, Rows, Trace, Visit

Estimator = Literal["plain", "stl", "dreg"]


def frozen_walk(model: HVAE, x: Tensor, y: Tensor | None, trace: Trace, samples: int) -> Trace:
    """Walk again with the same draws and every parameter of the model detached, the prior's too; buffers are cloned.

    The draws are held but not detached, so that a gradient still flows through z. Detaching q's parameters one by one
    would not do in a hierarchy: the way through z_{l-1} into q(z_l | z_{l-1}) would be cut as well.

    Args:
        model: the model.
        x: the images of the first walk, (B, C, H, W).
        y: their labels, if that walk was given them.
        trace: the first walk.
        samples: its number of draws.
    """
    state = {name: value.detach() for name, value in model.named_parameters()}
    state.update({name: value.clone() for name, value in model.named_buffers()})

    def held(i: int, q: Distribution) -> Tensor:
        return trace.visits[i].choice.z

    arguments: tuple[Any, ...] = (x, y, samples, held)
    frozen: Trace = torch.func.functional_call(model, state, arguments)
    return frozen


def landed(trace: Trace, frozen: Trace) -> Trace:
    """The walk with log q scored under frozen parameters: the score term, whose mean is zero, is left out (STL).

    Roeder et al. 2017, equation 9. The bound of this trace has the value of the first one's. An enumerated label is
    summed over and not drawn, so it has no score term: its q(y|.) stays as it was.
    """
    visits = [
        Visit(live.prior, live.choice if isinstance(live.choice.log_mass, Tensor) else held.choice)
        for live, held in zip(trace.visits, frozen.visits, strict=True)
    ]
    return Trace(tuple(visits), trace.likelihood)


def doubly_reparameterised(live: Rows, frozen: Rows, beta: Tensor | float) -> Tensor:
    """A surrogate of -IWAE-K, (): its gradient is unbiased for q's and p's parameters, its value means nothing.

    With w~ the normalised weights and v = (1 - beta) w~ + beta w~^2, the gradient through z is weighed by v and the
    direct gradient of log p by w~ (Tucker et al. 2019; Bauer and Mnih 2021): weighing log p by w~^2 too would bias p's.
    The masses of enumerated classes are no draws either and are weighed by w~.

    Args:
        live: the rows of the `landed` walk.
        frozen: those of the frozen one.
        beta: weight of the KL terms.
    """
    log_w, log_still = (r.log_px - beta * r.kl.sum(0) for r in (live, frozen))
    axes = tuple(range(log_w.ndim - 1))
    mass = (log_w + live.log_mass).detach()
    weight = (mass - mass.logsumexp(axes)).exp()
    path = (1 - beta) * weight + beta * weight.square()
    return -(weight * (log_w + live.log_mass) + (path - weight) * log_still).sum(axes).mean()


def refuse_shared_draws(trace: Trace) -> None:
    """DReG needs a draw of its own in each row.

    Raises:
        OptionError: the classes of an image share one.
    """
    enumerated = any(isinstance(visit.choice.log_mass, Tensor) for visit in trace.visits)
    rows = len(trace.batch_shape)
    if enumerated and any(visit.choice.z.ndim - len(visit.prior.event_shape) < rows for visit in trace.visits):
        raise OptionError(
            "The estimator 'dreg' would be biased here, since the classes of an unlabelled image share a draw of z1; "
            "use 'plain'."
        )
