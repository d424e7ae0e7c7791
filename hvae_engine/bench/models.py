"""The training speed of each preset beside a bare loop over the same modules."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from hvae_engine.bench.engine import ENDLESS, Engine, dataset
from hvae_engine.datasets import Dataset
from hvae_engine.objectives import Step
from hvae_engine.training.devices import use_threads
from hvae_engine.training.inputs import labelled_in_batch
from hvae_engine.training.presets import Preset, presets
from hvae_engine.training.resolution import objective
from hvae_engine.training.run import Run
from hvae_engine.training.spec import PLANS, RunSpec


def bench_models(rounds: int = 3, seconds: float = 2.0) -> dict[str, Any]:
    """Images a second of every preset, trained by the engine and by a bare loop, taking turns on the CPU.

    engine: a `Session` with a run folder, a listener and an explorer that is asked nothing.
    bare: the same model under the same objective, `zero_grad`, `backward` and torch's fused Adam, and nothing else; its
        images lie in one tensor and are drawn by `torch.bernoulli`.

    Args:
        rounds: turns of each; the medians are returned, after a first turn that does not count.
        seconds: of each turn.

    Returns:
        images_per_s and ratio_to_bare by preset, threads.
    """
    threads, data = use_threads(spare_core=False), dataset()
    turns = {name: _turns(one, data, rounds, seconds) for name, one in presets().items()}
    return {
        "images_per_s": {
            name: {"engine": statistics.median(e for e, _ in pairs), "bare": statistics.median(b for _, b in pairs)}
            for name, pairs in turns.items()
        },
        "ratio_to_bare": {name: statistics.median(e / b for e, b in pairs) for name, pairs in turns.items()},
        "threads": threads,
    }


def _turns(preset: Preset, data: Dataset, rounds: int, seconds: float) -> list[tuple[float, float]]:
    """Images a second of engine and bare loop in each round."""
    settings = {name: value for name, value in preset.spec.items() if name not in PLANS}
    spec = RunSpec("bench", **settings, steps=ENDLESS, device="cpu")
    with tempfile.TemporaryDirectory() as folder, Engine(Path(folder) / "run", spec, data) as engine:
        bare = SameModules(Run.open(Path(folder) / "run", data))
        return [(engine(seconds), bare(seconds)) for _ in range(rounds + 1)][1:]


class SameModules:
    """The loop one would write for a run's model oneself.

    Args:
        run: whose model, objective and settings are taken; its folder is left alone.
    """

    def __init__(self, run: Run) -> None:
        spec, data = run.spec, run.dataset
        self.pixels, self.labels = data.train.pixels.float() / 255, data.train.labels
        wanted = int(spec.labels or 0)
        self.labelled = labelled_in_batch(spec.batch_size, wanted, len(data.train))
        self.size = spec.batch_size
        self.step = Step(run.build(), objective(spec, len(data.train)), spec.alpha, wanted / len(data.train))
        self.optimiser = torch.optim.Adam(self.step.parameters(), lr=spec.lr, eps=spec.adam_eps, fused=True)

    def __call__(self, seconds: float) -> float:
        """Train for so long; images a second."""
        begun, steps = time.perf_counter(), 0
        while time.perf_counter() - begun < seconds:
            self.optimiser.zero_grad()
            self.step(*self._batch()).loss.backward()
            self.optimiser.step()
            steps += 1
        return steps * self.size / (time.perf_counter() - begun)

    def _batch(self) -> tuple[Tensor | None, Tensor | None, Tensor]:
        rows = torch.randint(len(self.pixels), (self.size,))
        x = torch.bernoulli(self.pixels[rows])
        if not self.labelled or self.labels is None:
            return None, None, x
        return x[: self.labelled], self.labels[rows[: self.labelled]], x[self.labelled :]
