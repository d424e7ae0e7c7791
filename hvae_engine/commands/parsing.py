"""What can be typed after `strata`, and a sentence for what cannot."""

from __future__ import annotations

import argparse
import importlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

from hvae_engine import __version__
from hvae_engine.errors import OptionError, did_you_mean


class Asked(NamedTuple):
    """A command line that was understood: what to do, and the settings that were typed, by name."""

    do: Callable[[Mapping[str, Any]], int]
    settings: Mapping[str, Any]


def parse(argv: Sequence[str]) -> Asked:
    """Read a command line.

    Raises:
        OptionError: a command or option is unknown, or a value does not fit.
    """
    commands = {"train": _train(), "evaluate": _evaluate(), "bench": _bench()}
    if argv and not argv[0].startswith("-") and argv[0] not in commands:
        raise OptionError(f"There is no command {argv[0]!r}; {did_you_mean(argv[0], commands)}")
    if not argv or argv[0] not in commands:
        _overview().parse_args(list(argv) or ["--help"])
        raise OptionError(f"There is no command in {' '.join(argv)!r}; {did_you_mean('', commands)}")
    parser = commands[argv[0]]
    known, unknown = parser.parse_known_args(list(argv[1:]))
    if unknown:
        options = [name for action in parser._actions for name in action.option_strings if name.startswith("--")]
        raise OptionError(f"{parser.prog} knows no {unknown[0]!r}; {did_you_mean(unknown[0], options)}")
    module = importlib.import_module(f"hvae_engine.commands.{argv[0]}")
    return Asked(module.main, vars(known))


class _Parser(argparse.ArgumentParser):
    """An argparse parser whose complaints are sentences, and which returns only what was typed."""

    def __init__(self, prog: str, description: str, example: str) -> None:
        super().__init__(
            prog=prog,
            description=description,
            epilog=f"example:\n  {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            argument_default=argparse.SUPPRESS,
            allow_abbrev=False,
        )

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print."""
        raise OptionError(f"{re.sub('^argument ', '', message)}; {self.prog} --help shows what fits.")


def _whole(typed: str) -> int:
    try:
        return int(typed)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{typed!r} is not a whole number") from None


def _number(typed: str) -> float:
    try:
        return float(typed)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{typed!r} is not a number") from None


def _overview() -> _Parser:
    parser = _Parser(
        "strata",
        "train      train a model with a progress bar\n"
        "evaluate   score a run on images it never learned from\n"
        "bench      measure how quick the engine is\n\n"
        "Each has its own --help. Without a command the window opens.",
        "strata train --data scenes --family ladder --out runs/ladder",
    )
    parser.add_argument("--version", action="version", version=f"strata {__version__}")
    return parser


def _train() -> _Parser:
    parser = _Parser(
        "strata train",
        "Train a hierarchical VAE, with a progress bar that shows the bound and the KL of each level.\n"
        "Ctrl+C stops and saves; --resume goes on.",
        "strata train --data scenes --family ladder --set units=64,32,16 --set width=512,256,128 "
        "--epochs 20 --out runs/ladder",
    )
    what = parser.add_argument_group("what to train")
    what.add_argument("--data", metavar="DATA", help="a built-in name (scenes, scenes:colour), a folder or an IDX file")
    what.add_argument("--size", type=_whole, help="height and width the images are brought to")
    what.add_argument("--colour", action=argparse.BooleanOptionalAction, help="keep colours or not")
    what.add_argument(
        "--binarise", choices=("dynamic", "none"), help="draw pixels as 0 or 1 at every use, or keep greys"
    )
    what.add_argument("--family", metavar="FAMILY", help="vae, dlgm, iwae, ladder, m2, m1m2 or residual_ladder")
    what.add_argument("--preset", metavar="NAME", help="a model of a paper, such as burda-1-layer")
    what.add_argument(
        "--set", action="append", metavar="NAME=VALUE", help="an option of the family, such as units=64,32,16"
    )
    what.add_argument("--labels", type=_whole, help="labelled images of m2 and m1m2 (ten in each class)")
    how = parser.add_argument_group("how to train it")
    how.add_argument("--bound", choices=("elbo", "iwae"), help="what is maximised (as the family wants)")
    how.add_argument("--samples", type=_whole, metavar="K", help="draws for each image (as the family wants)")
    how.add_argument(
        "--estimator", choices=("plain", "stl", "dreg"), help="of the gradient: stl for the ELBO, dreg for IWAE"
    )
    how.add_argument("--batch-size", type=_whole, metavar="B", help="images in a step (128)")
    how.add_argument("--lr", type=_number, help="learning rate (0.001)")
    how.add_argument("--beta", type=_number, help="weight of the KL terms (1)")
    how.add_argument(
        "--warm-up", type=_number, metavar="EPOCHS", help="epochs over which beta rises (a tenth of the run)"
    )
    how.add_argument("--free-bits", type=_number, metavar="NATS", help="nats each level may spend unpunished (off)")
    how.add_argument("--kappa", type=_number, help="variance of a normal prior on the generative weights (off)")
    how.add_argument("--alpha", type=_number, help="weight of the classifier's term in m2 and m1m2 (0.1)")
    how.add_argument("--seed", type=_whole, help="of everything that is drawn (0)")
    how.add_argument("--device", help="auto, cpu, cuda, cuda:1 or mps (auto)")
    length = parser.add_argument_group("how long", "one of these, counted from the first step of the run")
    length.add_argument("--epochs", type=_number, help="passes through the training images (20)")
    length.add_argument("--steps", type=_whole, help="steps")
    length.add_argument("--minutes", type=_number, help="minutes of training")
    where = parser.add_argument_group("where")
    where.add_argument("--out", required=True, metavar="RUN", help="the run's folder")
    where.add_argument("--resume", action="store_true", help="go on with the run in it, perhaps for longer")
    where.add_argument("--overwrite", action="store_true", help="replace the run in it")
    return parser


def _evaluate() -> _Parser:
    parser = _Parser(
        "strata evaluate",
        "Score a run on its data's own test images, or on its validation images where there are none: ELBO, KL and\n"
        "active units of each level, the importance-weighted bound of many draws, bits per dimension or error.",
        "strata evaluate runs/ladder --samples 5000 --images 1000 --json figures.json",
    )
    parser.add_argument("run", metavar="RUN", help="the run's folder")
    parser.add_argument("--samples", type=_whole, metavar="K", help="draws for each image (5000)")
    parser.add_argument("--images", type=_whole, metavar="N", help="images to score, from the first on (all)")
    parser.add_argument("--best", action="store_true", help="the weights with the best validation bound, not the last")
    parser.add_argument("--json", metavar="FILE", help="write the figures to a file")
    return parser


def _bench() -> _Parser:
    parser = _Parser(
        "strata bench",
        "loop   Images a second of three loops that train one network, a VAE 784-512-32, on the CPU, taking turns:\n"
        "       the engine (a session that writes its run folder, validates and has an explorer's slot and a listener\n"
        "       attached), a bare loop of plain torch (images in one tensor, torch.bernoulli, fused Adam), and the\n"
        "       same bare loop fed by torch's DataLoader. Medians over the rounds.",
        "strata bench loop --json loop.json",
    )
    parser.add_argument("what", choices=("loop",), help="what to measure")
    parser.add_argument("--json", metavar="FILE", help="write the figures to a file")
    parser.add_argument("--rounds", type=_whole, help="turns of each loop (5)")
    parser.add_argument("--seconds", type=_number, help="length of a turn (3)")
    parser.add_argument("--batch-size", type=_whole, metavar="B", help="images in a step (128)")
    return parser
