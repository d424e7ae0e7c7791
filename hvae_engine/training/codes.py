"""The first of two stages: measure a run's codes, keep its model beside the second one, and read it again."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from hvae_engine.datasets import Dataset
from hvae_engine.errors import OptionError, RunError
from hvae_engine.models import HVAE, Codes, DataInfo, obstacle
from hvae_engine.models.families.semi_supervised import too_small_above
from hvae_engine.training.binarisation import drawn_once
from hvae_engine.training.checkpoint import Checkpoint
from hvae_engine.training.resolution import first_model
from hvae_engine.training.seeds import Purpose, key
from hvae_engine.training.spec import RunSpec

if TYPE_CHECKING:
    from hvae_engine.training.run import Run

LEAST_STD = 0.1
"""A dimension of z1 is kept where the posterior's mean varies more than this over the images (Kingma et al. 2014)."""
GIVING = ("vae", "iwae", "ladder")
"""Families whose codes can be learned, whatever their options; see `obstacle`."""
ROWS = 1000


def second_stage(spec: RunSpec, first: Run) -> RunSpec:
    """The spec of a run that learns the codes of `first`: it takes images the way that one did.

    Raises:
        OptionError: other pixels are asked for, or the family of `first` has no codes that can be learned.
        RunError: `first` was never trained.
    """
    seen = first.spec.binarise
    if spec.binarise not in (None, seen):
        raise OptionError(
            f"Binarisation is {spec.binarise!r}, but the codes of {first.path.name!r} are those of images "
            f"with {seen!r}: leave it out."
        )
    reason = "it learns codes itself" if first.spec.codes_of else obstacle(first.build())
    if reason:
        raise OptionError(
            f"The codes of {first.path.name!r} cannot be learned, since {reason} (family {first.spec.family!r}): "
            f"give a run of {', '.join(GIVING[:-1])} or {GIVING[-1]}."
        )
    if not first.checkpoint_path.exists():
        raise RunError(f"The run {first.path} has no weights yet: train it first.")
    return dataclasses.replace(spec, binarise=seen, codes_of=str(first.path))


@dataclass(frozen=True)
class Stage:
    """A trained run as the first of two.

    Attributes:
        first: the run.
        step: that its weights are from.
        codes: what the second one learns.
    """

    first: Run
    step: int
    codes: Codes

    @classmethod
    def of(cls, first: Run, dataset: Dataset) -> Stage:
        """The codes of a trained run, the kept dimensions and the scale of each measured on the training images.

        Raises:
            OptionError: the images have another shape than those of the run.
            RunError: no dimension is kept, or the run's weights cannot be read.
        """
        if dataset.shape != first.info.shape:
            raise OptionError(
                f"The images of {dataset.name!r} are {_size(dataset.shape)} and the run {first.path.name!r} "
                f"has learned {_size(first.info.shape)}: give the same data to both."
            )
        model = first.build()
        step = first.load_weights(model)
        mean, variance = _moments(model, dataset.train.pixels, first.spec.binarise)
        spread = mean.var(0, correction=0)
        kept = (spread.sqrt() > LEAST_STD).nonzero().squeeze(1)
        if not len(kept):
            raise RunError(
                f"The codes of {first.path} are the same for every image in all {mean.shape[1]} dimensions: "
                "train that run longer."
            )
        std = (spread + variance.mean(0)).sqrt()
        return cls(first, step, Codes(model, kept, mean.mean(0).float(), std.float()))

    def about(self) -> dict[str, Any]:
        """What run.json says of the first stage: enough to build it again beside its weights."""
        return {
            "run": str(self.first.path),
            "step": self.step,
            "spec": self.first.spec.to_json(),
            "classes": self.first.info.classes,
            "dimensions": len(self.codes.mean),
            "kept": self.codes.kept.tolist(),
            "mean": self.codes.mean.tolist(),
            "std": self.codes.std.tolist(),
        }

    def write(self, path: Path) -> None:
        """Keep the first model's weights, with the dimensions and scales of its codes, in a file."""
        Checkpoint(self.step, self.codes.state_dict()).write(path)


def _moments(model: HVAE, pixels: Tensor, binarise: str | None) -> tuple[Tensor, Tensor]:
    """Mean and variance of q(z1|x) of each image, each (N, D) float64."""
    units = list(model)[-1].shape[0]
    everything = Codes(model, torch.arange(units), torch.zeros(units), torch.ones(units))
    parts = []
    for rows in torch.arange(len(pixels)).split(ROWS):
        seen = drawn_once(pixels[rows[0] : rows[-1] + 1], binarise, key(0, Purpose.CODE_PIXELS), rows)
        parts.append(everything.moments(seen.float() / 255))
    means, variances = zip(*parts, strict=True)
    return torch.cat(means).double(), torch.cat(variances).double()


def remark(spec: RunSpec, codes: Codes, classes: int) -> str:
    """A sentence where the second model is too small to carry the codes, else empty."""
    units = spec.options["units"]
    return too_small_above(len(codes.kept), units, classes) if isinstance(units, int) else ""


def read(said: dict[str, Any], info: DataInfo, path: Path) -> Codes:
    """The codes that a `Stage` wrote, on the CPU.

    Args:
        said: what run.json says of them.
        info: of the images.
        path: of the file.

    Raises:
        RunError: the file is missing or does not fit.
    """
    try:
        spec = RunSpec.from_json(said["spec"])
        kept, mean, std = (torch.tensor(said[name]) for name in ("kept", "mean", "std"))
        model = first_model(spec, info._replace(classes=said["classes"]))
    except (KeyError, TypeError, OptionError) as error:
        raise RunError(f"What run.json says of the first model cannot be read ({error}): train the run anew.") from None
    codes = Codes(model, kept.long(), mean, std)
    Checkpoint.read(path).load_weights(codes, path)
    return codes


def _size(shape: tuple[int, int, int]) -> str:
    channels, height, width = shape
    return f"{height} x {width} with {channels} channel{'s' * (channels > 1)}"
