"""Where a view starts: images or draws of the prior side by side, their levels where edits left them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from hvae_engine.exploring.directions import Directions, directions_of, spanning
from hvae_engine.exploring.edits import edits_of, index_of
from hvae_engine.exploring.subject import Progress, Subject, unwatched
from hvae_engine.exploring.typed import Image, Moved
from hvae_engine.models import Below, Move, Source, Trace, edited, held, side_by_side


@dataclass(frozen=True)
class Standing:
    """Rows to start from.

    Attributes:
        trace: the walk with everything moved, (1, rows).
        inputs: what each row starts from before anything is moved, uint8, (rows, H, W[, 3]): the image itself, or the
            picture of the draw.
        moves: what was moved, by level, index from the root, (1, rows, *shape).
        below: what the levels below a moved one did, and do where another one is changed.
        locked: levels that stay where they are whatever the others do, index from the root.
    """

    trace: Trace
    inputs: np.ndarray
    moves: Mapping[int, Move]
    below: Below
    locked: frozenset[int]

    def changed(self, level: int, move: Move) -> Source:
        """The same walk with one level changed; what was moved on the levels below it stays moved.

        This is what `Explorer.vary` makes of all edits at once.

        Args:
            level: index from the root.
            move: of it; what was moved on the level itself stays where an edit's mask leaves it out.
        """
        to_mode = self.below == "mean"  # which would take back what was moved there; otherwise it goes along
        lower = {i: one for i, one in self.moves.items() if to_mode and i > level and i not in self.locked}
        return edited(self.trace, {**lower, level: move}, self.below, self.locked)


@torch.no_grad()
def stand(
    subject: Subject,
    images: Sequence[Image],
    moved: Moved,
    below: Below,
    seed: int = 0,
    progress: Progress = unwatched,
) -> Standing:
    """Start from some images, each with the same sliders moved.

    Args:
        subject: the model and its images.
        images: a row each.
        moved: what was moved, of every row.
        below: what the levels below an edited one do.
        seed: of a draw of the prior that names none.
        progress: called with images done and images in all; may raise to cancel.

    Raises:
        OptionError: there is no such image, level or unit.
    """
    explorer, model = subject.explorer, subject.model
    along = directions(subject, moved)
    bases, rows = [], []
    for done, image in enumerate(images):
        progress(done, len(images))
        bases.append(subject.base(image, seed))
        how = below, along, moved.locked
        rows.append(explorer.moved(bases[-1], moved.edits, *how) if moved.edits else bases[-1])
    progress(len(images), len(images))
    moves = [edits_of(model, base.trace, moved.edits, along) for base in bases]
    return Standing(
        rows[0].trace if len(rows) == 1 else model.walk(held(beside([row.trace for row in rows])), len(rows)),
        np.stack([subject.input(image, base) for image, base in zip(images, bases, strict=True)]),
        {i: side_by_side([one[i] for one in moves]) for i in moves[0]},
        below,
        frozenset(index_of(model, name) for name in moved.locked),
    )


def directions(subject: Subject, moved: Moved) -> dict[str, Directions]:
    """The principal directions of the levels that were moved along them."""
    return {level: basis_of(subject, level) for level in sorted(moved.along)}


def basis_of(subject: Subject, level: str, progress: Progress = unwatched) -> Directions:
    """The principal directions of a level over the first held-out images."""
    if f"directions of {level}" not in subject.kept:
        if "spanning" not in subject.kept:
            subject.kept["spanning"] = spanning(subject.model, subject.gallery.held.pixels, progress)
        found = directions_of(subject.model, level, subject.kept["spanning"])
        subject.kept[f"directions of {level}"] = found
    kept: Directions = subject.kept[f"directions of {level}"]
    return kept


def beside(traces: Sequence[Trace]) -> list[Tensor]:
    """The values of several walks side by side, root first, each (1, rows, *event)."""
    return [torch.cat(values, 1) for values in zip(*(trace.z for trace in traces), strict=True)]
