"""The commands that need no window. Nothing here imports torch before it must."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from hvae_engine.commands.parsing import parse
from hvae_engine.errors import StrataError

COMMANDS = ("train", "evaluate", "explore", "bench")


def main(argv: Sequence[str] | None = None, program: str = "strata") -> int:
    """Do what a command line asks for and return the exit code: 2, with one sentence, where it asks for the impossible.

    Args:
        argv: the arguments without the program's name; None: those of this process.
        program: as it was started, for its help.
    """
    try:
        asked = parse(sys.argv[1:] if argv is None else argv, program)
        return asked.do(asked.settings)
    except StrataError as error:
        print(f"strata: {error}", file=sys.stderr)
        return 2
    except SystemExit as end:  # how argparse ends after --help and --version
        return int(end.code or 0)
