"""Adam is torch's Adam, to the bit."""

from __future__ import annotations

import torch
from torch import nn

from hvae_engine.training.adam import Adam


def test_steps_are_those_of_torch() -> None:
    torch.manual_seed(0)
    ours, theirs = nn.Linear(7, 5), nn.Linear(7, 5)
    theirs.load_state_dict(ours.state_dict())
    lr = torch.tensor(0.01)
    mine, reference = Adam(ours.parameters(), lr), torch.optim.Adam(theirs.parameters(), lr=lr, fused=True)
    for step in range(20):
        lr.fill_(0.01 / (step + 1))
        x = torch.randn(4, 7)
        mine.clear()
        reference.zero_grad()
        ours(x).square().sum().backward()
        theirs(x).square().sum().backward()
        mine.step()
        reference.step()
    assert all(torch.equal(a, b) for a, b in zip(ours.parameters(), theirs.parameters(), strict=True))


def test_a_parameter_without_a_gradient_stays() -> None:
    used, unused = nn.Parameter(torch.ones(3)), nn.Parameter(torch.ones(2))
    adam = Adam([used, unused], torch.tensor(0.1))
    used.sum().backward()
    adam.step()
    assert torch.equal(unused, torch.ones(2))
    assert torch.allclose(used, torch.full((3,), 0.9))
