"""Images to learn from: built-in scenes, folders, archives, arrays and downloads, all through `load_data`.

Everything named here is imported at first use: the processes that decode pictures need none of torch.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hvae_engine.datasets.catalogue import OFFERS
    from hvae_engine.datasets.dataset import Dataset, Images, Skipped, carve
    from hvae_engine.datasets.figures import Duplicates, class_counts, duplicates, mean_image, remarks
    from hvae_engine.datasets.importing import BUILT_IN, describe, load_data
    from hvae_engine.datasets.prospecting import Prospect, decode_image, preview, prospect

_HOMES = {
    "BUILT_IN": "importing",
    "Dataset": "dataset",
    "Duplicates": "figures",
    "Images": "dataset",
    "OFFERS": "catalogue",
    "Prospect": "prospecting",
    "Skipped": "dataset",
    "carve": "dataset",
    "class_counts": "figures",
    "decode_image": "prospecting",
    "describe": "importing",
    "duplicates": "figures",
    "load_data": "importing",
    "mean_image": "figures",
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
    "Prospect",
    "Skipped",
    "carve",
    "class_counts",
    "decode_image",
    "describe",
    "duplicates",
    "load_data",
    "mean_image",
    "preview",
    "prospect",
    "remarks",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
