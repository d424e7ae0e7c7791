"""Every factor of the scenes can be read off the picture: a small convolutional network, trained on labels, does so."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from hvae_engine.datasets.drawn.scenes import draw_scenes
from hvae_engine.exploring.information import binned, shared

STEPS, BATCH, RATE = 500, 128, 2e-3
LEAST = 0.3
"""Share of each factor that has to be told; a linear reader of pixels is told 0.01 to 0.15 of most."""


def reader(outputs: int) -> nn.Module:
    layers = []
    for before, after, kernel in ((1, 32, 5), (32, 64, 3), (64, 96, 3)):
        layers += [nn.Conv2d(before, after, kernel, 2, kernel // 2), nn.BatchNorm2d(after), nn.SiLU()]
    head = [nn.Flatten(), nn.Linear(96 * 16, 256), nn.BatchNorm1d(256), nn.SiLU(), nn.Linear(256, outputs)]
    return nn.Sequential(*layers, *head)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_factor_is_visible():
    torch.manual_seed(0)
    fitted, held = draw_scenes(12_000, 11), draw_scenes(2_000, 12)
    bins = {name: binned(fitted.factors[name], held.factors[name]) for name in fitted.factors}
    sizes = [int(seen.max()) + 1 for seen, _ in bins.values()]
    truth = torch.stack([torch.from_numpy(seen) for seen, _ in bins.values()], 1)
    net = reader(sum(sizes))
    optimiser = torch.optim.AdamW(net.parameters(), RATE)
    for step in range(STEPS):
        optimiser.param_groups[0]["lr"] = RATE * (1 - step / STEPS)
        rows = torch.randint(len(fitted), (BATCH,))
        logits = net((fitted.pixels[rows] / 255).bernoulli()).split(sizes, 1)
        loss = sum(nn.functional.cross_entropy(one, truth[rows, i]) for i, one in enumerate(logits))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    net.eval()
    with torch.no_grad():
        guesses = [one.argmax(1).numpy() for one in net((held.pixels / 255).bernoulli()).split(sizes, 1)]
    told = {name: shared(name, guess, bins[name][1]).told for name, guess in zip(bins, guesses, strict=True)}
    assert min(told.values()) > LEAST, told
