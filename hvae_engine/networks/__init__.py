"""Networks that turn one tensor into another; they know nothing of probability."""

from hvae_engine.networks.dense import ACTIVATIONS, BottomUp, Layers, folded, join
from hvae_engine.networks.images import ImageBottomUp, ResidualBlock, ToPixels

__all__ = ["ACTIVATIONS", "BottomUp", "ImageBottomUp", "Layers", "ResidualBlock", "ToPixels", "folded", "join"]
