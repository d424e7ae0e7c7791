"""Images to learn from: the built-in scenes, IDX files and folders of pictures, all through `load_data`."""

from hvae_engine.datasets.dataset import Dataset, Images, Skipped, carve
from hvae_engine.datasets.importing import BUILT_IN, describe, load_data

__all__ = ["BUILT_IN", "Dataset", "Images", "Skipped", "carve", "describe", "load_data"]
