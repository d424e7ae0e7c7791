"""The `strata` command: the window, a rendering of it without a screen, or one of the engine's own commands."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

from app.bench import window
from hvae_engine import commands
from hvae_engine.datasets.remote.catalogue import OFFERS, offered

EPILOG = """\
without a window, each with its own --help:
  strata train          train a model with a progress bar
  strata evaluate       score a run on images it never learned from
  strata explore        see what each level of a run encodes
  strata bench          measure how quick the engine and the window are

examples:
  strata photos/ --size 64 --train
  strata a.png b.zip
  strata --screenshot w.png --after 20 scenes
"""
NO_SCREEN = (
    "No screen was found: set QT_QPA_PLATFORM=offscreen to run without one, "
    "or use `strata --screenshot FILE --after SECONDS` to train and render the window to a file."
)


def main(argv: list[str] | None = None) -> int:
    """Run `strata`.

    Args:
        argv: arguments without the program's name; None: those of the process.

    Returns:
        0, or 2 after a person's mistake, which is said in one sentence on stderr.
    """
    argv = sys.argv[1:] if argv is None else argv
    if argv[:1] == ["bench"] and window.serves(argv[1:]):
        return window.main(argv[1:])
    if argv and argv[0] in commands.COMMANDS:
        return commands.main(argv)
    arguments = _parser().parse_args(argv)
    arguments.source = "\n".join(arguments.sources)
    complaint = _complaint(arguments)
    if complaint:
        print(f"strata: {complaint}", file=sys.stderr)
        return 2
    if sys.platform == "win32" and importlib.util.find_spec("torch"):
        __import__("torch")  # its DLLs fail to load after Qt's
    from app import running

    return running.run(arguments)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """End with the complaint alone: the usage would bury it."""
        self.exit(2, f"strata: {message.removeprefix('argument ')}; strata --help shows what fits.\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="strata",
        description="See what each level of a hierarchical variational autoencoder encodes.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "sources",
        nargs="*",
        metavar="DATA_OR_RUN",
        help="images (a folder, archive, array, several of these, scenes, mnist), or a run",
    )
    parser.add_argument("--train", action="store_true", help="begin training at once")
    parser.add_argument("--screenshot", type=Path, metavar="FILE", help="train, render the window to FILE, and exit")
    parser.add_argument(
        "--after", type=float, metavar="SECONDS", help="of training before the screenshot, from the first step (10)"
    )
    parser.add_argument("--theme", choices=("system", "light", "dark"), help="colours of the window")
    how = parser.add_argument_group("how images are imported")
    how.add_argument("--size", type=int, help="height and width they are brought to")
    how.add_argument("--colour", action=argparse.BooleanOptionalAction, help="keep colours or not")
    how.add_argument("--framing", choices=("crop", "fit"), help="take the middle square, or all with black beside")
    how.add_argument("--held-out", type=float, metavar="SHARE", help="share held out for validation (a twelfth)")
    how.add_argument(
        "--folder-classes", action=argparse.BooleanOptionalAction, help="whether subfolders are classes (yes)"
    )
    parser.add_argument("--version", action="version", version=f"strata {version('strata-hvae')}")
    return parser


def _complaint(arguments: argparse.Namespace) -> str:
    """The sentence against what was typed; empty when all is well."""
    if arguments.after is not None and arguments.screenshot is None:
        return "--after belongs to --screenshot: give --screenshot FILE too."
    if arguments.after is not None and not 0 <= arguments.after < float("inf"):
        return f"--after is {arguments.after:g}: give a number of seconds from 0 up."
    names = ("scenes", "scenes:colour", *OFFERS)
    for source in arguments.sources:
        if source not in names and not offered(source) and not _exists(source):
            return f"There is nothing at {source}: give images, or one of {', '.join(names)}."
    if not has_screen():
        if arguments.screenshot is None:
            return NO_SCREEN
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return ""


def _exists(path: str) -> bool:
    try:
        return Path(path).expanduser().exists()
    except (OSError, RuntimeError, ValueError):  # a name too long, an unknown ~user, a zero byte
        return False


def has_screen() -> bool:
    """Whether Qt would find a screen, or was told how to do without one."""
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    sys.exit(main())
