"""How coarse or fine a change of the picture is: its power by radial frequency, in cycles per image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Spectrum:
    """Radial power spectrum of changes of a picture.

    Attributes:
        power: share of the power in each ring of whole frequencies 0, 1, 2 ... cycles per image, rounded to the
            nearest; sums to 1, or is all 0 where nothing changes.
        cycles: power-weighted mean radial frequency, cycles per image; 0 where nothing changes.
    """

    power: np.ndarray
    cycles: float


def spectrum_of(changes: np.ndarray) -> Spectrum:
    """The spectrum of changes (N, H, W), all of them together.

    Frequency 0 counts: brightness of the whole picture is the coarsest change there is.
    """
    height, width = changes.shape[-2:]
    power = np.square(np.abs(np.fft.fft2(changes.astype(np.float64)))).reshape(-1, height, width).sum(0)
    radius = np.hypot(np.fft.fftfreq(height)[:, None] * height, np.fft.fftfreq(width)[None] * width)
    rings = np.bincount(np.rint(radius).astype(int).ravel(), weights=power.ravel())
    total = power.sum()
    if total <= 0:
        return Spectrum(np.zeros(len(rings)), 0.0)
    return Spectrum(rings / total, float((radius * power).sum() / total))
