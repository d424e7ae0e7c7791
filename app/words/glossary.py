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
        name: of a setting, or of one of the things in the window that are listed below.
    """
    title, meaning = _TERMS[name]
    return Term(QCoreApplication.translate(_CONTEXT, title), QCoreApplication.translate(_CONTEXT, meaning))


def sentences(*names: str) -> str:
    """Several terms for one tool tip, a line each: `nats: The unit of ...`."""
    return "\n".join(f"{one.title}: {one.meaning}" for one in map(term, names))


def has(name: str) -> bool:
    """Whether there is such a term."""
    return name in _TERMS


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
        "share": _term("share", "A level's part of the nats that all levels together tell about an image."),
        "strip": _term(
            "strip", "One unit moved from −3 to 3 prior standard deviations, everything above its level held."
        ),
        "by_unit": _term("units", "Sliders move single units of z, in prior standard deviations."),
        "by_direction": _term(
            "directions",
            "Sliders move along the principal directions in which the level's posterior means vary over images, widest "
            "first, in standard deviations of these means.",
        ),
        "effect_map": _term(
            "effect map", "Where the picture moves when this level alone is drawn again, full colour where most."
        ),
        "nats_map": _term("map of nats", "Where on its grid a level spends its nats for the image at hand."),
        "label": _term("y", "The class as a level of its own: choosing one draws the same style as another class."),
        "below": _term(
            "levels below", "Their priors hang on the level that moves, so somebody has to say what they do."
        ),
        "log_px": _term("E[log p(x|z)]", "How well an image is rebuilt from z drawn for it; 0 would be perfect."),
        "gain": _term("gain", "What weighing several draws for each image adds to the ELBO."),
        "log_prior": _term(
            "log p(θ)/N", "The weight prior's part of what is maximised, in nats per training image, beside the bound."
        ),
        "beta_now": _term("beta now", "The present weight of the KL in the loss, while the warm-up lasts."),
        "bits_per_dim": _term(
            "bits/dim",
            "The bound as bits for each value of a pixel, comparable between sizes of image; lower is better.",
        ),
        "training_bound": _term("training", "On the images that are learned from, a mean over the last steps."),
        "held_out": _term("held out", "On validation images that nothing is learned from, scored once in a while."),
        "exact": _term(
            "exact log p(x)",
            "Mean log p(x) of the held-out data under the present weights; the bound can come up to it, not pass it.",
        ),
        "error": _term("error", "Share of the held-out images whose class is guessed wrong."),
        "bound_curve": _term("Bound", "Lower bounds on log p(x) in nats per image, of both kinds of images."),
        "active_curve": _term("Active", "Units of each level that vary over the held-out images, at each validation."),
        "speed_curve": _term("Images/s", "Training images a second, over a fiftieth of the run."),
        "steps_axis": _term("Steps", "Over steps, smoothed over a hundredth of the run, the raw line faint behind."),
        "log_axis": _term("Log", "Over steps, each factor of ten as wide as the next."),
        "time_axis": _term("Time", "Over the time spent in training, pauses left out."),
        "lines": _term("Lines", "The nats of each level as a line of its own."),
        "stacked": _term("Stacked", "The levels on top of each other: the upper edge is their sum."),
        "share_of_kl": _term("Share", "Part of each level in the sum of all, in percent."),
        "step": _term("step", "One update of the weights from one batch of images."),
        "epoch": _term("epoch", "One pass through all training images."),
        "images_per_s": _term("images/s", "Training images that go through the model in a second, lately."),
        "time_left": _term("left", "Time to the planned end at the present speed."),
        "skipped": _term(
            "skipped", "Steps that were not taken: loss or gradient was not finite, or the gradient too long."
        ),
        "saved": _term("saved", "A run is saved every 30 seconds, and when it pauses, stops or is closed."),
        "threads": _term("threads", "Processor cores that a step uses; one is left to the window."),
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
        "binarise": _term(
            "pixels", "0 or 1, drawn from grey values at every use or once for all, or the grey values as they are."
        ),
        "codes_of": _term(
            "trains on",
            "The pixels, or the codes of a run, its z1: pictures then go through its decoder, nats are of codes.",
        ),
        "preset": _term("preset", "A paper's model and training, which fills in all settings; each may be changed."),
        "lr_schedule": _term(
            "schedule", "Constant, or falling over stages that grow from 1 to 3 to 9 epochs and on, as for IWAE."
        ),
        "skip_above": _term(
            "skip above", "Steps whose gradient has a larger norm than this are left out and counted; off takes all."
        ),
        "ema": _term(
            "averaging",
            "Share of a running average of the weights that each step keeps, such as 0.999; that average is then what "
            "is scored and explored.",
        ),
        "adam_eps": _term("Adam's eps", "What Adam adds to the root of its second moment; larger calms its steps."),
        "alpha": _term("alpha", "Weight of the classification term for labelled images."),
        "options": _term("model options", "How the family's networks and latent variables are built."),
        "data": _term("data", "The images that are learned from."),
    }
)
