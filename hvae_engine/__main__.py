"""`python -m hvae_engine`: the commands of `strata` on a machine without a window."""

import sys

from hvae_engine.commands import main

sys.exit(main(program="python -m hvae_engine"))
