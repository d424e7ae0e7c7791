"""Images to learn from: built-in scenes, folders, archives, arrays and downloads, all through `load_data`.

Everything named here is imported at first use: the processes that decode pictures need none of torch.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hvae_engine.datasets.dataset import Dataset, Images, Skipped, carve
    from hvae_engine.datasets.figures import (
        Duplicates,
        class_counts,
        duplicates,
        known_at_once,
        mean_image,
        mean_of,
        remarks,
    )
    from hvae_engine.datasets.held_out import Parted, can_part, part_again
    from hvae_engine.datasets.importing import BUILT_IN, describe, load_data
    from hvae_engine.datasets.prospecting import Prospect, decode_image, preview, prospect
    from hvae_engine.datasets.remote.catalogue import OFFERS

_HOMES = {
    "BUILT_IN": "importing",
    "Dataset": "dataset",
    "Duplicates": "figures",
    "Images": "dataset",
    "OFFERS": "remote.catalogue",
    "Parted": "held_out",
    "Prospect": "prospecting",
    "Skipped": "dataset",
    "can_part": "held_out",
    "carve": "dataset",
    "class_counts": "figures",
    "decode_image": "prospecting",
    "describe": "importing",
    "duplicates": "figures",
    "known_at_once": "figures",
    "load_data": "importing",
    "mean_image": "figures",
    "mean_of": "figures",
    "part_again": "held_out",
    "preview": "prospecting",
    "prospect": "prospecting",
    "remarks": "figures",
}

__all__ = [
    "BUILT_IN",
    "OFFERS",
    "Dataset",
    "Duplicates",
    "Images",
    "Parted",
    "Prospect",
    "Skipped",
    "can_part",
    "carve",
    "class_counts",
    "decode_image",
    "describe",
    "duplicates",
    "known_at_once",
    "load_data",
    "mean_image",
    "mean_of",
    "part_again",
    "preview",
    "prospect",
    "remarks",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
