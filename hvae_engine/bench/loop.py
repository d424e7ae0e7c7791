"""The engine's training loop beside the plainest loops that train the same network on the same machine."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from hvae_engine.bench.engine import ENDLESS, Engine, dataset
from hvae_engine.training.devices import use_threads
from hvae_engine.training.spec import RunSpec

WIDTH, UNITS, PIXELS = 512, 32, 784


def bench_loop(rounds: int = 5, seconds: float = 3.0, batch_size: int = 128) -> dict[str, Any]:
    """Images a second of three loops over one network, a VAE 784-512-32, taking turns on the CPU.

    engine: a `Session` with a run folder, a listener and an explorer that is asked nothing, as under the window.
    bare: the network in plain torch, its images in one tensor, fused Adam.
    dataloader: the same fed by torch's DataLoader over a TensorDataset.

    Args:
        rounds: turns of each loop; the medians are returned.
        seconds: of each turn.
        batch_size: images in a step.

    Returns:
        images_per_s by loop, ratio_to_bare, ratio_to_dataloader, threads.
    """
    threads = use_threads(spare_core=False)
    data = dataset()
    pixels = data.train.pixels.flatten(1).float() / 255
    bare = Bare(_from_tensor(pixels, batch_size), batch_size)
    loader = Bare(_from_loader(pixels, batch_size), batch_size)
    options = {"units": UNITS, "width": WIDTH, "depth": 1}
    spec = RunSpec("bench", "vae", options, steps=ENDLESS, batch_size=batch_size, warm_up=0, device="cpu")
    with tempfile.TemporaryDirectory() as folder, Engine(Path(folder) / "run", spec, data) as engine:
        loops: dict[str, Callable[[float], float]] = {"engine": engine, "bare": bare, "dataloader": loader}
        turns = [{name: loop(seconds) for name, loop in loops.items()} for _ in range(rounds + 1)][1:]
    speeds = {name: statistics.median(turn[name] for turn in turns) for name in loops}
    return {
        "images_per_s": speeds,
        "ratio_to_bare": statistics.median(turn["engine"] / turn["bare"] for turn in turns),
        "ratio_to_dataloader": statistics.median(turn["engine"] / turn["dataloader"] for turn in turns),
        "threads": threads,
    }


class PlainVAE(nn.Module):
    """The engine's `vae` written straight down: a Gaussian posterior, a Bernoulli likelihood, KL in closed form."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(PIXELS, WIDTH), nn.ReLU(), nn.Linear(WIDTH, 2 * UNITS))
        self.decoder = nn.Sequential(nn.Linear(UNITS, WIDTH), nn.ReLU(), nn.Linear(WIDTH, PIXELS))

    def forward(self, x: Tensor) -> Tensor:
        """-ELBO of images (B, 784), mean over the batch, nats."""
        mean, log_var = self.encoder(x).chunk(2, -1)
        logits = self.decoder(mean + torch.randn_like(mean) * (0.5 * log_var).exp())
        kl = -0.5 * (1 + log_var - mean.square() - log_var.exp()).sum()
        loss: Tensor = (F.binary_cross_entropy_with_logits(logits, x, reduction="sum") + kl) / len(x)
        return loss


class Bare:
    """A training loop of one's own: nothing in it but the network, its images and fused Adam.

    Args:
        batches: endless, (B, 784) in 0 and 1.
        batch_size: B.
    """

    def __init__(self, batches: Iterator[Tensor], batch_size: int) -> None:
        self.batches, self.batch_size, self.model = batches, batch_size, PlainVAE()
        self.optimiser = torch.optim.Adam(self.model.parameters(), lr=1e-3, fused=True)

    def __call__(self, seconds: float) -> float:
        """Train for so long; images a second."""
        begun, steps = time.perf_counter(), 0
        while time.perf_counter() - begun < seconds:
            self.optimiser.zero_grad()
            self.model(next(self.batches)).backward()
            self.optimiser.step()
            steps += 1
        return steps * self.batch_size / (time.perf_counter() - begun)


def _from_tensor(pixels: Tensor, batch_size: int) -> Iterator[Tensor]:
    while True:
        for rows in torch.randperm(len(pixels)).split(batch_size)[:-1]:
            yield torch.bernoulli(pixels[rows])


def _from_loader(pixels: Tensor, batch_size: int) -> Iterator[Tensor]:
    loader = DataLoader(TensorDataset(pixels), batch_size=batch_size, shuffle=True, drop_last=True)
    while True:
        for (batch,) in loader:
            yield torch.bernoulli(batch)
