"""The marginal likelihood of an image by many draws: encoded once, beside encoding it anew for every draw."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from hvae_engine.bench.engine import dataset
from hvae_engine.models import HVAE, DataInfo
from hvae_engine.objectives import log_likelihood, log_weights
from hvae_engine.training.devices import use_threads
from hvae_engine.training.evaluating import ROWS
from hvae_engine.training.presets import preset
from hvae_engine.training.resolution import first_model
from hvae_engine.training.spec import RunSpec

PRESETS = ("burda-1-layer", "burda-2-layer", "sonderby-5-layer")
CHUNK = 1000


def bench_evaluate(rounds: int = 3, samples: int = 5000, images: int = 4) -> dict[str, Any]:
    """Milliseconds an image takes, by preset, two ways that give the same estimate, taking turns on the CPU.

    once: as `strata evaluate` does: an image is encoded, then its draws are scored together.
    again: as is often seen: the image is repeated for every draw and encoded each time, in chunks of 1,000.

    Args:
        rounds: turns of each; the medians are returned, after a first turn that does not count.
        samples: draws for each image.
        images: in a turn.

    Returns:
        ms_per_image and ratio (again / once) by preset, samples, threads.
    """
    threads = use_threads(spare_core=False)
    pixels = dataset().validation.pixels[:images].float() / 255
    x = torch.bernoulli(pixels, generator=torch.Generator().manual_seed(0))
    figures: dict[str, Any] = {"ms_per_image": {}, "ratio": {}, "samples": samples, "threads": threads}
    for name in PRESETS:
        model = _model(name, pixels.mean(0))
        pairs = [(_ms(_once, model, x, samples), _ms(_again, model, x, samples)) for _ in range(rounds + 1)][1:]
        medians = (statistics.median(pair[i] for pair in pairs) for i in (0, 1))
        figures["ms_per_image"][name] = dict(zip(("once", "again"), medians, strict=True))
        figures["ratio"][name] = statistics.median(again / once for once, again in pairs)
    return figures


def _model(name: str, mean: Tensor) -> HVAE:
    spec = RunSpec("bench", **preset(name).spec)
    return first_model(spec, DataInfo((1, 28, 28), 0, mean)).eval()


def _ms(score: Callable[[HVAE, Tensor, int], Tensor], model: HVAE, x: Tensor, samples: int) -> float:
    begun = time.perf_counter()
    score(model, x, samples)
    return 1000 * (time.perf_counter() - begun) / len(x)


def _once(model: HVAE, x: Tensor, samples: int) -> Tensor:
    """IWAE-`samples` of each image, (B,)."""
    chunk = min(samples, ROWS)
    return torch.cat([log_likelihood(model, some, samples, chunk).values for some in x.split(max(1, ROWS // chunk))])


def _again(model: HVAE, x: Tensor, samples: int) -> Tensor:
    """The same, every draw with an encoding of its own."""
    bounds = []
    for one in x.split(1):
        counts = [min(CHUNK, samples - first) for first in range(0, samples, CHUNK)]
        weights = [log_weights(model, one.expand(count, -1, -1, -1)) for count in counts]
        bounds.append(torch.cat(weights, -1).logsumexp(-1) - math.log(samples))
    return torch.cat(bounds)
