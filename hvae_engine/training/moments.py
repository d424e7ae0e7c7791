"""A few past states of a run's weights, kept small, to look back at how its levels came to be."""

from __future__ import annotations

import math
from pathlib import Path

import safetensors
import torch
from safetensors.torch import load_file, save
from torch import Tensor, nn

from hvae_engine.errors import RunError
from hvae_engine.training import files

FIRST, GROWTH = 10, 1.5
"""Step of the first moment, and how many times further on the next one lies."""
MOST = 24
BUDGET = 256 << 20
"""Bytes that all moments of a run may take; at least a first, a middle and a last one are kept."""


class Moments:
    """The moments in a run's folder, one file each, named by its step; half precision where nothing is lost to range.

    Args:
        folder: `moments/` of the run; made when the first one is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def steps(self) -> tuple[int, ...]:
        """Steps of the moments that are there, rising."""
        return tuple(sorted(int(path.stem) for path in self._folder.glob("*.safetensors") if path.stem.isdigit()))

    def due(self, step: int) -> bool:
        """Whether the weights of `step` are wanted: ever further apart, since training slows down."""
        if step < FIRST:
            return False
        turn = math.floor(math.log(step / FIRST, GROWTH) + 1e-9)
        return step == math.ceil(FIRST * GROWTH**turn)

    def keep(self, step: int, state: dict[str, Tensor]) -> None:
        """Write the weights of `step`; where that makes too many, the one goes whose neighbours lie closest together.

        Args:
            step: of the weights.
            state: a model's `state_dict()`.
        """
        content = save({name: _small(value) for name, value in state.items()})
        self._folder.mkdir(exist_ok=True)
        files.replace(self._path(step), content)
        while len(self.steps) > max(3, min(MOST, BUDGET // len(content))):
            self._path(_least_missed(self.steps)).unlink()

    def read(self, step: int, like: nn.Module) -> dict[str, Tensor]:
        """The weights of `step`, in the precision of `like`, which must be the run's model.

        Raises:
            RunError: the file is gone or torn, or is that of another model.
        """
        path, wanted = self._path(step), like.state_dict()
        try:
            state = load_file(path)
        except (OSError, safetensors.SafetensorError) as error:
            raise RunError(f"The moment {path} cannot be read ({error}): choose another one.") from None
        if {name: value.shape for name, value in state.items()} != {name: one.shape for name, one in wanted.items()}:
            raise RunError(f"The weights in {path} do not fit the model of the run: choose another moment.")
        return {name: value.to(wanted[name].dtype) for name, value in state.items()}

    def cut(self, step: int) -> None:
        """Forget the moments after `step`: the run goes on from there."""
        for later in self.steps:
            if later > step:
                self._path(later).unlink()
        if self._folder.exists() and not any(self._folder.iterdir()):
            self._folder.rmdir()

    def _path(self, step: int) -> Path:
        return self._folder / f"{step:09d}.safetensors"


def _small(value: Tensor) -> Tensor:
    """The value on the CPU, in half precision where it is a matrix that fits its range."""
    value = value.detach().to("cpu")
    halved = value.to(torch.float16)
    fits = value.is_floating_point() and value.ndim > 1 and bool(halved.isfinite().all())
    return (halved if fits else value).contiguous()


def _least_missed(steps: tuple[int, ...]) -> int:
    """Of three steps or more, the inner one between whose neighbours the smallest ratio lies."""
    return min(zip(steps, steps[1:], steps[2:], strict=False), key=lambda three: three[2] / three[0])[1]
