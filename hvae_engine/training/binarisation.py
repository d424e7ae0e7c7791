"""Pixels as 0 or 1 drawn from their grey values: afresh at every use, or once for a whole set of images."""

from __future__ import annotations

import torch
from torch import Tensor

_TOP_BITS = 0x8080808080808080 - 2**64


def binarise(pixels: Tensor, source: torch.Generator | None = None) -> Tensor:
    """Draw 0 or 1 for each pixel, 1 with probability x/255, as bool of the same shape.

    On a CPU the probability is exact and the noise is cheap: a byte r, drawn again while it is 255, is uniform on
    0..254, and P(r < x) = x/255. Elsewhere a float32 uniform is compared, exact to 2^-24.

    Args:
        pixels: uint8, any shape.
        source: the generator to draw from; None: torch's global one of that device.
    """
    if pixels.device.type == "cpu":
        return _below_255(pixels.numel(), source).view(pixels.shape) < pixels
    return torch.rand(pixels.shape, generator=source, device=pixels.device) * 255 < pixels


def _below_255(count: int, source: torch.Generator | None) -> Tensor:
    """Bytes uniform on 0..254, (count,): eight to each 64-bit draw, drawn again as long as one of the eight is 255."""
    words = _words(count // 8 + 1, source)
    again = _has_255(words).nonzero().squeeze(1)
    while len(again):
        words[again] = fresh = _words(len(again), source)
        again = again[_has_255(fresh)]
    return words.view(torch.uint8)[:count]


def _words(count: int, source: torch.Generator | None) -> Tensor:
    return torch.empty(count, dtype=torch.int64).random_(-(2**63), None, generator=source)


def _has_255(words: Tensor) -> Tensor:
    """Whether any of the eight bytes of each int64 is 255: whether its complement has a zero byte."""
    return (words.bitwise_not().sub_(0x0101010101010101) & words).bitwise_and_(_TOP_BITS) != 0


def drawn_once(pixels: Tensor, how: str | None, source: torch.Generator) -> Tensor:
    """Images with every pixel drawn once as 0 or 255, or as they are where `how` is "none": uint8, the same shape.

    Args:
        pixels: uint8, any shape.
        how: "dynamic" or "static", which differ in training alone, or "none".
        source: the generator to draw from.
    """
    return pixels if how == "none" else binarise(pixels, source).byte() * 255
