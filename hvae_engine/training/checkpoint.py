"""A run's state at one step, to go on from bit for bit: weights, moments, generators; no pickle."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import safetensors
import torch
from safetensors.torch import save
from torch import Tensor, nn

from hvae_engine.errors import RunError
from hvae_engine.training import files

GROUPS = ("weights", "optimiser", "random", "average")


@dataclass(frozen=True)
class Checkpoint:
    """What lies in a checkpoint file.

    Attributes:
        step: steps taken.
        weights: the model's state, by name.
        optimiser: Adam's state, by name.
        random: states of generators, uint8, by device type.
        average: the running average of the weights, by name; empty where none is kept.
        facts: plain numbers: training seconds, skipped steps, live settings ...
    """

    step: int
    weights: dict[str, Tensor]
    optimiser: dict[str, Tensor] = field(default_factory=dict)
    random: dict[str, Tensor] = field(default_factory=dict)
    average: dict[str, Tensor] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    def write(self, path: Path) -> None:
        """Write the file so that a crash leaves the old one or the new one."""
        groups = {name: getattr(self, name) for name in GROUPS}
        tensors = {
            f"{group}/{name}": tensor.detach().to("cpu").contiguous()
            for group, named in groups.items()
            for name, tensor in named.items()
        }
        files.replace(path, save(tensors, {"step": str(self.step), "facts": json.dumps(self.facts)}))

    @classmethod
    def read(cls, path: Path) -> Checkpoint:
        """Read a file that `write` wrote, every tensor on the CPU.

        Raises:
            RunError: it is torn, or no checkpoint of Strata.
        """
        groups: dict[str, dict[str, Tensor]] = {name: {} for name in GROUPS}
        try:
            with safetensors.safe_open(path, "pt") as file:
                about = file.metadata()
                for key in file.keys():  # noqa: SIM118  (a safetensors file is no mapping)
                    group, name = key.split("/", 1)
                    groups[group][name] = file.get_tensor(key)
            return cls(int(about["step"]), facts=json.loads(about["facts"]), **groups)
        except (OSError, safetensors.SafetensorError, KeyError, ValueError, TypeError) as error:
            raise RunError(f"{path} cannot be read as a checkpoint ({error}): train the run anew.") from None

    @property
    def shown(self) -> dict[str, Tensor]:
        """What is scored and explored: the average of the weights where one is kept, else the weights."""
        return self.average or self.weights

    def load_shown(self, model: nn.Module, path: Path) -> None:
        """Put what is scored and explored into a model; see `load_weights`."""
        Checkpoint(self.step, self.shown).load_weights(model, path)

    def load_weights(self, model: nn.Module, path: Path) -> None:
        """Put the weights into a model.

        Args:
            model: where to.
            path: where this checkpoint was read, for the sentence.

        Raises:
            RunError: they are those of another model.
        """
        try:
            model.load_state_dict(self.weights)
        except RuntimeError:
            raise RunError(
                f"The weights in {path} do not fit the model of its run.json: put back the run.json they had."
            ) from None


def generators(device: torch.device) -> dict[str, Tensor]:
    """The states of torch's global generators that steps on a device draw from, uint8, by device type."""
    states = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        states["cuda"] = torch.cuda.get_rng_state(device)
    elif device.type == "mps":
        states["mps"] = torch.mps.get_rng_state()
    return states


def restore_generators(states: dict[str, Tensor], device: torch.device) -> None:
    """Put back what `generators` took; a run that moved to another kind of device draws on from that one's state."""
    torch.set_rng_state(states["cpu"])
    if device.type == "cuda" and "cuda" in states:
        torch.cuda.set_rng_state(states["cuda"], device)
    elif device.type == "mps" and "mps" in states:
        torch.mps.set_rng_state(states["mps"])
