"""Pixels as 0 or 1 drawn from their grey values: afresh at every use, or once for each image of a set."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

_TOP_BITS = 0x8080808080808080 - 2**64
_STEP = np.uint64(0x9E3779B97F4A7C15)
_ROUNDS = ((np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)), (np.uint64(27), np.uint64(0x94D049BB133111EB)))
_LAST_TURN = np.uint64(31)

DRAWN_AT_ONCE = 2**19
"""Pixels whose draws are made at a time: few enough to stay near the processor."""


def binarise(pixels: Tensor) -> Tensor:
    """Draw 0 or 1 for each pixel, 1 with probability x/255, as bool of the same shape.

    On a CPU the probability is exact and the noise is cheap: a byte r, drawn again while it is 255, is uniform on
    0..254, and P(r < x) = x/255. Elsewhere a float32 uniform is compared, exact to 2^-24. The numbers are those of
    torch's global generator.

    Args:
        pixels: uint8, any shape.
    """
    if pixels.device.type == "cpu":
        return _below_255(pixels.numel()).view(pixels.shape) < pixels
    return torch.rand(pixels.shape, device=pixels.device) * 255 < pixels


def _below_255(count: int) -> Tensor:
    """Bytes uniform on 0..254, (count,): eight to each 64-bit draw, drawn again as long as one of the eight is 255."""
    words = _words(count // 8 + 1)
    again = _has_255(words).nonzero().squeeze(1)
    while len(again):
        words[again] = fresh = _words(len(again))
        again = again[_has_255(fresh)]
    return words.view(torch.uint8)[:count]


def _words(count: int) -> Tensor:
    return torch.empty(count, dtype=torch.int64).random_(-(2**63), None)


def _has_255(words: Tensor) -> Tensor:
    """Whether any of the eight bytes of each int64 is 255: whether its complement has a zero byte."""
    return (words.bitwise_not().sub_(0x0101010101010101) & words).bitwise_and_(_TOP_BITS) != 0


def drawn_once(pixels: Tensor, how: str | None, key: int, rows: Tensor | None = None) -> Tensor:
    """Images with every pixel drawn once as 0 or 255, or as they are where `how` is "none": uint8, the same shape.

    The draws of an image hang on its place in its set and on nothing else: any of the images, in any order, come out
    as they would among all of them. So images that lie in a file need not be copied.

    Args:
        pixels: uint8, (B, C, H, W), on the CPU.
        how: "dynamic" or "static", which differ in training alone, or "none".
        key: below 2^64: another one, other draws.
        rows: the place of each image in its set, int64, (B,); None: 0, 1, 2 ...
    """
    if how == "none":
        return pixels
    places = np.arange(len(pixels)) if rows is None else rows.numpy()
    size = pixels[0].numel() if len(pixels) else 1
    drawn = torch.empty_like(pixels, memory_format=torch.contiguous_format)
    step = max(1, DRAWN_AT_ONCE // size)
    for first in range(0, len(pixels), step):
        some = slice(first, first + step)
        noise = torch.from_numpy(_noise(key, places[some], size)).view(pixels[some].shape)
        torch.mul(noise < pixels[some], 255, out=drawn[some])
    return drawn


def _noise(key: int, places: np.ndarray, size: int) -> np.ndarray:
    """Bytes uniform on 0..254, (n, size), those of each image by its place.

    Place and pixel are the counter of SplitMix64, which can be entered anywhere. G. Steele, D. Lea, C. Flood, "Fast
    splittable pseudorandom number generators", OOPSLA 2014.
    """
    across = -(-size // 8)
    counter = places.astype(np.uint64)[:, None] * np.uint64(across) + np.arange(1, across + 1, dtype=np.uint64)
    counter *= _STEP
    counter += np.uint64(key)
    words = _mixed(counter)
    again = _has_255(torch.from_numpy(words.view(np.int64))).numpy()
    while again.any():
        words[again] = _mixed(words[again])
        again[again] = _has_255(torch.from_numpy(words[again].view(np.int64))).numpy()
    return words.astype("<u8", copy=False).view(np.uint8)[:, :size]


def _mixed(words: np.ndarray) -> np.ndarray:
    """Words, uint64, changed in place so that each of their bits hangs on every bit that they had."""
    shifted = np.empty_like(words)
    for turn, factor in _ROUNDS:
        words ^= np.right_shift(words, turn, out=shifted)
        words *= factor
    words ^= np.right_shift(words, _LAST_TURN, out=shifted)
    return words
