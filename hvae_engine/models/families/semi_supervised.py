"""The semi-supervised models: M2, a label beside z, and M1+M2, a label and a second level above the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import torch
from torch import nn

from hvae_engine.errors import OptionError
from hvae_engine.models.heads import DiagonalHead, LabelHead
from hvae_engine.models.hvae import HVAE
from hvae_engine.models.levels import Conditional, Free, Label
from hvae_engine.models.options import Activation, Sizes
from hvae_engine.models.pixels import Likelihood, vector_pixels
from hvae_engine.models.posteriors import ChainPosterior, Link
from hvae_engine.models.registry import DataInfo, family
from hvae_engine.networks import Layers


def too_small_above(below: int, above: int, classes: int, option: str = "units={}") -> str:
    """The sentence against a level above that cannot carry the one below; empty: it can (Kingma et al. 2014).

    Args:
        below: size of z1, or of the codes that take its place.
        above: size of the level beside y.
        classes: how many there are.
        option: how the size above is written, with {} for it.
    """
    if above + classes >= below:
        return ""
    return (
        f"The upper level has {above} unit{'s' * (above > 1)} beside {classes} classes, fewer than the {below} "
        f"dimensions it should carry: give it {below - classes} or more "
        f"({option.format(below - classes)}, on the command line --set {option.format(below - classes)})."
    )


def _remark(settings: Mapping[str, Any], classes: int) -> str:
    sizes = settings["units"]
    if len(sizes) != 2:
        return _two_levels(sizes)
    return too_small_above(sizes[0], sizes[1], classes, f"units={sizes[0]},{{}}")


def _two_levels(units: Sequence[int]) -> str:
    """The sentence against another number of levels."""
    return f"Family 'm1m2' has 2 levels, but sizes for {len(units)} were given; give 2."


@family("M2", semi_supervised=True, learns_codes=True)
def m2(
    data: DataInfo,
    *,
    units: int = 50,
    width: int = 500,
    depth: int = 1,
    activation: Activation = "softplus",
    likelihood: Likelihood = "auto",
    sigma: float = 0.1,
) -> HVAE:
    """p(y) p(z) p(x|y,z) with q(y|x) q(z|x,y) (Kingma et al. 2014, section 3.1).

    Args:
        units: size of z1
        width: hidden units of a layer
        depth: hidden layers of each stack
        activation: between layers
        likelihood: of the pixels; auto is Bernoulli for grey images and Gaussian for colour
        sigma: standard deviation of Gaussian pixels, or where a learned one starts
    """
    layers, x, y = Layers(activation, depth), prod(data.shape), data.classes
    links = [
        Link("y", ("x",), nn.Sequential(layers(x, width), LabelHead(width, y))),
        Link("z1", ("x", "y"), nn.Sequential(layers(x + y, width), DiagonalHead(width, units))),
    ]
    pixels = vector_pixels(likelihood, sigma, data, layers(y + units, width), width)
    return HVAE(torch.zeros(0), [Label(y), Free("z1", units)], pixels, ChainPosterior(["y", "z1"], links))


@family("M1+M2", semi_supervised=True, remark=_remark)
def m1m2(
    data: DataInfo,
    *,
    units: Sizes = (50, 50),
    width: Sizes = (500, 500),
    depth: int = 1,
    activation: Activation = "softplus",
    likelihood: Likelihood = "auto",
    sigma: float = 0.1,
) -> HVAE:
    """p(y) p(z2) p(z1|y,z2) p(x|z1) with q(z1|x) q(y|z1) q(z2|z1,y) (Kingma et al. 2014, trained jointly).

    Args:
        units: size of z1 and z2
        width: hidden units of the layers at each of them
        depth: hidden layers of each stack
        activation: between layers
        likelihood: of the pixels; auto is Bernoulli for grey images and Gaussian for colour
        sigma: standard deviation of Gaussian pixels, or where a learned one starts
    """
    if len(units) != 2:
        raise OptionError(_two_levels(units))
    (u2, u1), (w2, w1), y = units, width, data.classes
    layers = Layers(activation, depth)
    links = [
        Link("z1", ("x",), nn.Sequential(layers(prod(data.shape), w1), DiagonalHead(w1, u1))),
        Link("y", ("z1",), nn.Sequential(layers(u1, w2), LabelHead(w2, y))),
        Link("z2", ("z1", "y"), nn.Sequential(layers(u1 + y, w2), DiagonalHead(w2, u2))),
    ]
    prior = nn.Sequential(layers(u2 + y, w2), DiagonalHead.prior(w2, u1))
    levels = [Free("z2", u2), Label(y), Conditional("z1", u1, prior)]
    pixels = vector_pixels(likelihood, sigma, data, layers(u1, w1), w1)
    return HVAE(torch.zeros(0), levels, pixels, ChainPosterior(["z2", "y", "z1"], links))
