"""How many draws of a model fit into the memory that training may take for them, measured on a few."""

from __future__ import annotations

import dataclasses

import torch
from torch import Tensor
from torch.autograd.graph import saved_tensors_hooks

from hvae_engine.models import HVAE, drawing
from hvae_engine.objectives.bound import Objective, has_batch_norm

BUDGET = 2 * 2**30
"""Bytes for what a backward pass needs of its draws."""
FEW, MORE = 4, 8


def within_memory(objective: Objective, model: HVAE, x: Tensor, batch: int, budget: int = BUDGET) -> Objective:
    """The objective, told to take its draws in chunks where all of a batch would not fit.

    A model with batch norm takes all at once, since it normalises them together; so does one draw an image, where
    chunks would only cost time. The number is a power of two, so that it hangs on the model alone and not on details.

    Args:
        objective: of the run; torch's global generator is left alone.
        model: on its device.
        x: one image or a few, (n, C, H, W), on it.
        batch: images in a step.
        budget: bytes.
    """
    if objective.samples == 1 or has_batch_norm(model):
        return objective
    fitting = max(1, int(budget / bytes_per_draw(objective, model, x[:1])))
    if batch * objective.samples <= fitting:
        return objective
    return dataclasses.replace(objective, at_once=1 << (fitting.bit_length() - 1))


def bytes_per_draw(objective: Objective, model: HVAE, x: Tensor) -> float:
    """What one more draw of an image (1, C, H, W) makes the backward pass keep."""
    return (_kept(objective, model, x, MORE) - _kept(objective, model, x, FEW)) / (MORE - FEW)


def _kept(objective: Objective, model: HVAE, x: Tensor, samples: int) -> int:
    """Bytes of all tensors that autograd saves, weights left out."""
    weights = {parameter.untyped_storage().data_ptr() for parameter in model.parameters()}
    found: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            found[storage.data_ptr()] = storage.nbytes()
        return tensor

    draw = drawing(torch.Generator(x.device).manual_seed(0))
    with saved_tensors_hooks(keep, lambda tensor: tensor):
        score = dataclasses.replace(objective, samples=samples, kappa=None)(model, x, draw=draw)
    total = sum(found.values())
    del score  # until here it keeps what was saved, so that no address comes twice
    return total
