"""Brings images that are already arrays to the size and the channels asked for."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from hvae_engine.datasets.dataset import Images

LUMA = (0.299, 0.587, 0.114)
"""Shares of red, green and blue in grey (ITU-R BT.601), as Pillow has them."""

BATCH = 1024


def fit(images: Images, size: int | None, colour: bool | None, framing: str = "crop") -> Images:
    """Images made square, scaled and turned to grey or colour; untouched where nothing is asked.

    Args:
        images: any split.
        size: side in pixels, or None to keep height and width.
        colour: three channels, one channel, or None to keep them.
        framing: "crop" for the square in their middle, "fit" for all of them with black beside.
    """
    pixels = images.pixels
    wanted = pixels.shape[1] if colour is None else 3 if colour else 1
    if size in (None, pixels.shape[2]) and size in (None, pixels.shape[3]) and wanted == pixels.shape[1]:
        return images
    fitted = torch.cat([fit_batch(batch, size, wanted, framing) for batch in torch.split(pixels, BATCH)])
    return Images(fitted, images.labels, images.factors)


def fit_batch(pixels: Tensor, size: int | None, channels: int, framing: str) -> Tensor:
    """A few images, uint8 (n, C, H, W), to (n, channels, size, size)."""
    values = pixels.float()
    if size is not None:
        side = min(pixels.shape[2:]) if framing == "crop" else max(pixels.shape[2:])
        values = squared(values, side)
        if side != size:
            values = functional.interpolate(values, (size, size), mode="bilinear", antialias=True)
    if channels < values.shape[1]:
        values = torch.einsum("nchw,c->nhw", values, torch.tensor(LUMA))[:, None]
    return values.round().clamp(0, 255).to(torch.uint8).expand(-1, channels, -1, -1).contiguous()


def squared(values: Tensor, side: int) -> Tensor:
    """Images (n, C, H, W) cut, or filled up with black, to (n, C, side, side) around their middle."""
    for axis in (2, 3):
        length = values.shape[axis]
        if length > side:
            values = values.narrow(axis, (length - side) // 2, side)
        elif length < side:
            before = (side - length) // 2
            around = [before, side - length - before]
            values = functional.pad(values, around if axis == 3 else [0, 0, *around])
    return values
