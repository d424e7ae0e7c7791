"""What can be typed after `strata`, and a sentence for what cannot."""

from __future__ import annotations

import argparse
import importlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

from hvae_engine import __version__
from hvae_engine.commands.values import amount, image, images, names, number, numbers, whole, wholes
from hvae_engine.errors import OptionError, did_you_mean


class Asked(NamedTuple):
    """A command line that was understood: what to do, and the settings that were typed, by name."""

    do: Callable[[Mapping[str, Any]], int]
    settings: Mapping[str, Any]


def parse(argv: Sequence[str], program: str = "strata") -> Asked:
    """Read a command line.

    Args:
        argv: the arguments without the program's name.
        program: as it was started, for its help.

    Raises:
        OptionError: a command or option is unknown, or a value does not fit.
    """
    commands = {"train": _train(), "evaluate": _evaluate(), "explore": _explore(), "bench": _bench()}
    if argv and not argv[0].startswith("-") and argv[0] not in commands:
        raise OptionError(f"There is no command {argv[0]!r}; {did_you_mean(argv[0], commands)}")
    if not argv or argv[0] not in commands:
        _overview(program).parse_args(list(argv) or ["--help"])
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


def _overview(program: str) -> _Parser:
    parser = _Parser(
        program,
        "train      train a model with a progress bar\n"
        "evaluate   score a run on images it never learned from\n"
        "explore    see what each level of a run encodes: pictures, films, figures, arrays\n"
        "bench      measure how quick the engine is\n\n"
        "Each has its own --help. The window is opened by `strata`.",
        f"{program} train --data scenes --family ladder --out runs/ladder",
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
    _add_what(parser)
    _add_how(parser)
    length = parser.add_argument_group("how long", "one of these, counted from the first step of the run")
    length.add_argument("--epochs", type=number, help="passes through the training images (20)")
    length.add_argument("--steps", type=whole, help="steps")
    length.add_argument("--minutes", type=number, help="minutes of training")
    where = parser.add_argument_group("where")
    where.add_argument("--out", required=True, metavar="RUN", help="the run's folder")
    where.add_argument("--resume", action="store_true", help="go on with the run in it, perhaps for longer")
    where.add_argument("--overwrite", action="store_true", help="replace the run in it")
    return parser


def _add_what(parser: _Parser) -> None:
    what = parser.add_argument_group("what to train")
    what.add_argument(
        "--data",
        metavar="DATA",
        nargs="+",
        help="images: scenes, mnist, cifar-10 and other names, folders, .zip or .tar, images, IDX, .npy, .npz or .bin",
    )
    what.add_argument("--size", type=whole, help="height and width the images are brought to")
    what.add_argument("--colour", action=argparse.BooleanOptionalAction, help="keep colours or not")
    what.add_argument("--framing", choices=("crop", "fit"), help="take the middle square, or all with black beside")
    what.add_argument("--held-out", type=number, metavar="SHARE", help="share held out for validation (a twelfth)")
    what.add_argument(
        "--folder-classes", action=argparse.BooleanOptionalAction, help="whether subfolders of images are classes (yes)"
    )
    what.add_argument(
        "--binarise",
        choices=("dynamic", "static", "none"),
        help="draw pixels as 0 or 1 at every use, draw them once, or keep greys",
    )
    what.add_argument("--family", metavar="FAMILY", help="vae, dlgm, iwae, ladder, m2, m1m2 or residual_ladder")
    what.add_argument("--preset", metavar="NAME", help="a model of a paper, such as burda-1-layer")
    what.add_argument(
        "--set", action="append", metavar="NAME=VALUE", help="an option of the family, such as units=64,32,16"
    )
    what.add_argument(
        "--labels",
        type=amount,
        metavar="N",
        help="labelled images of m2 and m1m2, or their share: 600, 5%% (ten in each class)",
    )
    what.add_argument(
        "--codes-of",
        metavar="RUN",
        help="learn the codes of a run of vae, iwae or ladder instead of pixels, on its data where none are given",
    )


def _add_how(parser: _Parser) -> None:
    how = parser.add_argument_group("how to train it")
    how.add_argument("--bound", choices=("elbo", "iwae"), help="what is maximised (as the family wants)")
    how.add_argument("--samples", type=whole, metavar="K", help="draws for each image (as the family wants)")
    how.add_argument(
        "--estimator", choices=("plain", "stl", "dreg"), help="of the gradient: stl for the ELBO, dreg for IWAE"
    )
    how.add_argument("--batch-size", type=whole, metavar="B", help="images in a step (128)")
    how.add_argument("--lr", type=number, help="learning rate (0.001)")
    how.add_argument("--beta", type=number, help="weight of the KL terms (1)")
    how.add_argument(
        "--warm-up", type=number, metavar="EPOCHS", help="epochs over which beta rises (a tenth of the run)"
    )
    how.add_argument("--free-bits", type=number, metavar="NATS", help="nats each level may spend unpunished (off)")
    how.add_argument("--kappa", type=number, help="variance of a normal prior on the generative weights (off)")
    how.add_argument(
        "--skip-above",
        type=number,
        metavar="NORM",
        help="leave out steps whose gradient has a larger norm (off)",
    )
    how.add_argument(
        "--ema",
        type=number,
        metavar="RATE",
        help="score and keep an average of the weights, such as 0.999 (off)",
    )
    how.add_argument("--alpha", type=number, help="weight of the classifier's term in m2 and m1m2 (0.1)")
    how.add_argument("--seed", type=whole, help="of everything that is drawn (0)")
    how.add_argument("--device", help="auto, cpu, cuda, cuda:1 or mps (auto)")


def _evaluate() -> _Parser:
    parser = _Parser(
        "strata evaluate",
        "Score a run on its data's own test images, or on its validation images where there are none: ELBO, KL and\n"
        "active units of each level, the importance-weighted bound of many draws, bits per dimension or error.",
        "strata evaluate runs/ladder --samples 5000 --images 1000 --json figures.json",
    )
    parser.add_argument("run", metavar="RUN", help="the run's folder")
    parser.add_argument("--samples", type=whole, metavar="K", help="draws for each image (5000)")
    parser.add_argument("--images", type=whole, metavar="N", help="images to score, from the first on (all)")
    parser.add_argument("--best", action="store_true", help="the weights with the best validation bound, not the last")
    parser.add_argument("--json", metavar="FILE", help="write the figures to a file")
    return parser


def _explore() -> _Parser:
    parser = _Parser(
        "strata explore",
        "See what each level of a run encodes. The views:\n"
        "  traversal      units or directions of a level, each from -3 to 3 standard deviations\n"
        "  grid           a row is a draw of everything above a level, a column a draw of the level\n"
        "  progressive    the deepest k levels from an image, the rest from the prior\n"
        "  mixing         a level of one image put into another, for every pair\n"
        "  effect         where a level acts, how much, and at what scale\n"
        "  map            posterior means of a level in two principal directions\n"
        "  interpolation  between two images, at all levels or one\n"
        "  samples        draws of the model, with a temperature for each level\n"
        "  card           what each level encodes, measured, and in a sentence (--json FILE for the figures)\n"
        "  latents        posterior means and draws of every level as arrays (.npz)\n"
        "A file's caption has the line that makes it again. Images go by number: those trained on from 0, then those\n"
        "held out; an image file of your own is brought to their shape.",
        "strata explore runs/ladder --view traversal --level z2 --unit 3,0 --image 5 --out z2.png --scale 2",
    )
    parser.add_argument("run", metavar="RUN", help="the run's folder")
    parser.add_argument("--view", required=True, metavar="NAME", help="one of the above")
    parser.add_argument("--best", action="store_true", help="the weights with the best validation bound, not the last")
    _add_what_to_show(parser)
    _add_how_many(parser)
    where = parser.add_argument_group("where to")
    where.add_argument("--out", metavar="FILE", help=".png, .svg; .gif or .mp4 of what moves; .npz of latents")
    where.add_argument("--scale", type=whole, metavar="N", help="pixels a point of a .png, .gif or .mp4: 1, 2 or 4")
    where.add_argument("--json", metavar="FILE", help="write the figures of a card or an effect to a file")
    return parser


def _add_what_to_show(parser: _Parser) -> None:
    what = parser.add_argument_group("what to show", "each view says which of these it takes")
    what.add_argument("--level", type=names, metavar="NAME", help="z1 nearest the pixels, z2 ... (most nats; or all)")
    what.add_argument("--unit", type=wholes, metavar="N", help="units to traverse (those with the most nats)")
    what.add_argument("--direction", type=wholes, metavar="N", help="principal directions instead, 0 the widest")
    what.add_argument("--below", metavar="RULE", help="what levels below do: follow, mean or pinned")
    what.add_argument(
        "--image",
        type=images,
        action="extend",
        metavar="N",
        help="images to start from (held-out): numbers, prior:SEED for draws of the prior, or a file",
    )
    what.add_argument("--other", type=images, action="extend", metavar="N", help="images whose level is put in")
    what.add_argument("--to", type=image, metavar="N", help="image an interpolation ends at")
    what.add_argument(
        "--edit",
        action="append",
        metavar="LEVEL:UNIT=SCORE",
        help="a unit of the images started from that is moved to so many standard deviations of its prior, such as "
        "z2:3=1.5,0=-2, or, along directions, z2:d0=1.5; may be given for every level",
    )
    what.add_argument("--lock", type=names, metavar="NAME", help="levels that stay where they are whatever is moved")
    what.add_argument("--edit-below", metavar="RULE", help="in a grid: what levels below such a unit did (follow)")
    what.add_argument("--path", metavar="PATH", help="of an interpolation: spherical or linear")
    what.add_argument("--temperature", type=numbers, metavar="T", help="of the noise: one, or one a level from z1 up")
    what.add_argument("--colour", metavar="NAME", help="of a map: label, brightness or a known factor")
    what.add_argument("--seed", type=whole, help="of everything that is drawn (0)")


def _add_how_many(parser: _Parser) -> None:
    many = parser.add_argument_group("how many")
    many.add_argument("--units", type=whole, metavar="N", help="units of a traversal where none is chosen (6)")
    many.add_argument("--steps", type=whole, metavar="N", help="pictures of a traversal or interpolation (9; film 25)")
    many.add_argument("--down", type=whole, metavar="N", help="rows of a grid or of samples")
    many.add_argument("--columns", type=whole, metavar="N", help="columns of a grid or of samples")
    many.add_argument("--draws", type=whole, metavar="N", help="draws an effect is measured with (24)")
    many.add_argument("--count", type=whole, metavar="N", help="images of a map (1000) or of latents (all)")


def _bench() -> _Parser:
    parser = _Parser(
        "strata bench",
        "loop      Images a second of three loops that train one network, a VAE 784-512-32, on the CPU, taking turns:\n"
        "          the engine (a session that writes its run folder, validates and has an explorer's slot and a\n"
        "          listener attached), a bare loop of plain torch (images in one tensor, torch.bernoulli, fused\n"
        "          Adam), and the same bare loop fed by torch's DataLoader. Medians over the rounds.\n"
        "models    Images a second of every preset, trained by the engine and by a bare loop over the same modules.\n"
        "evaluate  Milliseconds an image takes to score with many draws: encoded once, as strata evaluate does, and\n"
        "          encoded anew for every draw.\n"
        "import    Images a second of importing a .zip of pictures, beside Pillow in a plain loop, torch's DataLoader\n"
        "          of two workers over the unpacked files and, where it can be imported, torchvision's ImageFolder.\n"
        "data      Images a second of training on images that stay on the disk, beside the same in memory.",
        "strata bench models --rounds 3 --seconds 2 --json models.json",
    )
    parser.add_argument("what", choices=("loop", "models", "evaluate", "import", "data"), help="what to measure")
    parser.add_argument("--json", metavar="FILE", help="write the figures to a file")
    parser.add_argument("--data", metavar="ZIP", help="the pictures of import")
    parser.add_argument("--rounds", type=whole, help="turns of each (loop and data 5, others 3)")
    parser.add_argument("--seconds", type=number, help="length of a turn (loop and data 3, models 2)")
    parser.add_argument("--batch-size", type=whole, metavar="B", help="images in a step of loop (128)")
    parser.add_argument("--samples", type=whole, metavar="K", help="draws for each image in evaluate (5000)")
    return parser
