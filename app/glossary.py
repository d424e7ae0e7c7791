"""The field's terms, each explained in one plain sentence: tool tips all over the window are made of these."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

_CONTEXT = "Glossary"


class Term(NamedTuple):
    """What a thing is called, and what it is."""

    title: str
    meaning: str


def term(name: str) -> Term:
    """The term, in the language of the window.

    Args:
        name: of a setting, or one of "elbo", "iwae", "nats", "kl", "active_units", "follow", "mean", "pinned".
    """
    title, meaning = _TERMS[name]
    return Term(QCoreApplication.translate(_CONTEXT, title), QCoreApplication.translate(_CONTEXT, meaning))


def _term(title: str, meaning: str) -> tuple[str, str]:
    return title, meaning


_TERMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "elbo": _term("ELBO", "A lower bound on log p(x): how well images are rebuilt, less what the levels cost."),
        "iwae": _term("IWAE", "A tighter lower bound on log p(x), from K draws for each image weighed by importance."),
        "nats": _term("nats", "The unit of information with the natural logarithm: 1 nat is 1.44 bits."),
        "kl": _term("KL", "What a level tells about the image beyond its prior; 0 nats means that it tells nothing."),
        "active_units": _term(
            "active units", "Units whose posterior mean differs from image to image, with a variance above 0.01."
        ),
        "follow": _term("Follow", "Lower levels keep their own noise and move along with their prior."),
        "mean": _term("Mean", "Lower levels go to the most likely values under their prior."),
        "pinned": _term("Pinned", "Lower levels keep the values they have, whatever moves above them."),
        "family": _term("family", "How the levels are tied together: which network looks at which level."),
        "bound": _term("bound", "What training pushes up: the ELBO, or the tighter IWAE bound with K draws."),
        "samples": _term("draws K", "How many times z is drawn for each image in a step; more cost more time."),
        "estimator": _term(
            "gradient", "How the gradient is estimated: STL and DReG leave out a part that is noise on average zero."
        ),
        "beta": _term("beta", "Weight of the KL in the loss once the warm-up is over; above 1 levels hold less."),
        "warm_up": _term("warm-up", "Epochs over which beta rises from 0, so that levels are used before they cost."),
        "free_bits": _term("free bits", "Nats that each level may spend for nothing, which keeps it from collapsing."),
        "kappa": _term("weight prior", "Variance of a normal prior on the generative weights; off leaves them free."),
        "length": _term("length", "How long the run goes on, counted from its first step."),
        "lr": _term("learning rate", "How far Adam moves the weights in one step."),
        "batch_size": _term("batch", "How many images one step looks at."),
        "seed": _term("seed", "Start of everything drawn at random; the same seed gives the same curve."),
        "device": _term("device", "What computes; auto takes a graphics card where there is one."),
        "labels": _term("labels", "Labelled images that the model may see, spread evenly over the classes."),
        "alpha": _term("alpha", "Weight of the classification term for labelled images."),
        "options": _term("model options", "How the family's networks and latent variables are built."),
        "data": _term("data", "The images that are learned from."),
    }
)
