"""The terms of a bound of many draws, a few at a time: what lies between them and the weights is worked out twice."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from hvae_engine.models import Rows


class Terms(NamedTuple):
    """What the walks of one batch leave for a score; S are the sample axes, (K,) or (C, K), B is the batch.

    Attributes:
        rows: log p(x|z), charges and mass of each draw.
        landed: the same with log q scored under frozen parameters, for an estimator that needs it.
        frozen: the same with everything under frozen parameters.
        label_log_q: log q(y|.) of labels that were given, (*S, B).
        probs: q(y|x), averaged over draws, (B, classes).
    """

    rows: Rows
    landed: Rows | None
    frozen: Rows | None
    label_log_q: Tensor | None
    probs: Tensor | None


def in_chunks(
    terms: Callable[[Tensor, Tensor | None, int], Terms], x: Tensor, y: Tensor | None, samples: int, at_once: int
) -> Terms:
    """The terms of all draws, with the memory of `at_once` of them.

    Images are split first, and the draws of one image only where they are too many by themselves. A chunk keeps nothing
    but its terms, a few numbers a draw; in the backward pass it is walked again with the same random numbers
    (Chen et al. 2016). Whatever is made of the terms of all draws together, the weights of IWAE and of DReG among it,
    is thus what it would have been, and so is its gradient.

    Args:
        terms: the terms of some images with so many draws each; draws come from torch's global generator.
        x: images, (B, C, H, W).
        y: their labels, int64 (B,), or None.
        samples: K.
        at_once: draws at a time, over all images.
    """
    images = max(1, at_once // samples)
    counts = [min(at_once, samples - first) for first in range(0, samples, at_once)]
    labels = [None] * math.ceil(len(x) / images) if y is None else list(y.split(images))
    columns = []
    for some, theirs in zip(x.split(images), labels, strict=True):
        parts: list[Terms] = [checkpoint(terms, some, theirs, count, use_reentrant=False) for count in counts]
        columns.append(parts[0] if len(parts) == 1 else _more_draws(parts, counts))
    return columns[0] if len(columns) == 1 else _more_images(columns)


def _more_draws(parts: Sequence[Terms], counts: Sequence[int]) -> Terms:
    """Chunks of draws of the same images as one; each brings masses that sum to 1 and gets its share of them."""
    shares = [count / sum(counts) for count in counts]
    masses = [part.rows.log_mass + math.log(share) for part, share in zip(parts, shares, strict=True)]
    probs = [part.probs * share for part, share in zip(parts, shares, strict=True) if part.probs is not None]
    return _joined(parts, masses, -2)._replace(probs=torch.stack(probs).sum(0) if probs else None)


def _more_images(parts: Sequence[Terms]) -> Terms:
    probs = [part.probs for part in parts if part.probs is not None]
    whole = _joined(parts, [part.rows.log_mass for part in parts], -1)
    return whole._replace(probs=torch.cat(probs) if probs else None)


def _joined(parts: Sequence[Terms], masses: Sequence[Tensor | float], axis: int) -> Terms:
    log_mass: Tensor | float = masses[0]
    if isinstance(log_mass, Tensor):
        pairs = zip(masses, parts, strict=True)
        log_mass = torch.cat([torch.as_tensor(mass).expand_as(part.rows.log_px) for mass, part in pairs], axis)

    def rows(name: str) -> Rows | None:
        found: list[Rows] = [getattr(part, name) for part in parts]
        if found[0] is None:
            return None
        return Rows(torch.cat([r.log_px for r in found], axis), torch.cat([r.kl for r in found], axis), log_mass)

    labels = [part.label_log_q for part in parts if part.label_log_q is not None]
    whole = rows("rows")
    assert whole is not None
    return Terms(whole, rows("landed"), rows("frozen"), torch.cat(labels, axis) if labels else None, None)
