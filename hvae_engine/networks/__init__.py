"""Networks that turn one tensor into another; they know nothing of probability."""

from hvae_engine.networks.dense import ACTIVATIONS, BottomUp, Layers, folded, join
from hvae_engine.networks.images import ImageBottomUp, ResidualBlock, ToImage, ToPixels, from_image

__all__ = [
    "ACTIVATIONS",
    "BottomUp",
    "ImageBottomUp",
    "Layers",
    "ResidualBlock",
    "ToImage",
    "ToPixels",
    "folded",
    "from_image",
    "join",
]
