"""Decodes the images of a tree, and finds out which size and how many channels suit them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from typing import NamedTuple, Protocol

import numpy as np

from hvae_engine.datasets.keeping.limits import LARGEST_NATIVE, SMALLEST, free_memory
from hvae_engine.datasets.pixels.crew import MANY, PATIENCE, Crew, can_start, cores
from hvae_engine.datasets.pixels.pictures import HEAVY, Plan, Survey, quiet_decoders, survey_picture
from hvae_engine.datasets.pixels.worker import Batch
from hvae_engine.datasets.trees.listing import Found
from hvae_engine.datasets.trees.pieces import TRUNCATED, Piece, Reader
from hvae_engine.errors import DataError

VERSION = 2
"""Goes up whenever the same files would become other pixels, so that no cache holds the old ones."""

GREY_SIDE, COLOUR_SIDE = 28, 32
"""Sides in pixels where nothing is asked and the files do not agree on a small one: those of MNIST and CIFAR."""

SAMPLE = 64
LOOKED_AT = 256_000_000
"""Pixels that are decoded in all before the rest of a sample is left alone."""

GOLDEN = (5**0.5 - 1) / 2
BYTES_A_PIXEL = 12
BATCH, BATCH_BYTES = 256, 4 * 2**20
"""Pictures of a batch, and bytes of their pixels, at most."""

Progress = Callable[[int, int], None]
Allocate = Callable[[tuple[int, ...]], np.ndarray]


class Holder(Protocol):
    """What holds images and says where they lie."""

    def contents(self, paths: Sequence[str], tick: Callable[[], object] = bool) -> Iterator[tuple[int, Piece, bytes]]:
        """Where each of some images lies: its number among `paths`, its piece, and its bytes if it is streamed.

        `tick` is called many times a second on the way, on whichever thread asks; it may raise to end the work.
        """
        ...

    def handy(self, files: Sequence[Found]) -> Sequence[Found]:
        """Those of the files that are quick to reach."""
        ...


class Choice(NamedTuple):
    """What was chosen for some images.

    Attributes:
        plan: side, colour and framing.
        facts: what people should know of the images, in sentences.
        heaviest: pixels of the largest one that was looked at, as it is decoded.
    """

    plan: Plan
    facts: tuple[str, ...]
    heaviest: int


def decode(
    holder: Holder, paths: Sequence[str], choice: Choice, slots: np.ndarray, allocate: Allocate, progress: Progress
) -> tuple[np.ndarray, dict[int, str]]:
    """Decode images on all cores.

    Args:
        holder: what holds them.
        paths: of the images.
        choice: what they become.
        slots: the place of each in the result, (N,).
        allocate: makes the array for the result from its shape.
        progress: called with images decoded and images in all; may raise to cancel.

    Returns:
        uint8, (N, C, S, S); and the sentences on those of which nothing came, by their number among `paths`.

    Raises:
        DataError: there is no room for the pixels.
    """
    plan = choice.plan
    pixels = allocate((len(paths), 3 if plan.colour else 1, plan.side, plan.side))
    missing = np.ones(len(paths), bool)

    def take(batch: Batch, decoded: np.ndarray) -> None:
        pixels[slots[batch.rows]] = decoded
        missing[batch.rows] = False

    reasons: dict[int, str] = {}
    done = 0
    in_processes = can_start() and (len(paths) >= MANY or choice.heaviest > HEAVY)
    crew = Crew(plan, in_processes, take, hands(choice.heaviest))
    with closing(batches(holder, paths, plan, crew.go_on)) as work, closing(crew.run(work)) as outcomes:
        for outcome in outcomes:
            done += outcome.done
            reasons |= outcome.reasons
            progress(done, len(paths))
    never = {int(row): TRUNCATED for row in np.flatnonzero(missing)}  # its archive breaks off before it
    return pixels, never | reasons


def hands(heaviest: int) -> int:
    """Pictures that are decoded at the same time: one on each core, or as many as half of the free memory holds."""
    return max(1, min(cores(), free_memory() // 2 // max(1, heaviest * BYTES_A_PIXEL)))


def batches(
    holder: Holder, paths: Sequence[str], plan: Plan, tick: Callable[[], object] = bool
) -> Generator[Batch, None, None]:
    """The images in batches, in whatever order is quickest; `tick` may raise to end the search for them."""
    most = max(1, min(BATCH, BATCH_BYTES // (plan.side**2 * (3 if plan.colour else 1))))
    rows: list[int] = []
    pieces: list[Piece] = []
    given: list[bytes] = []
    weight = 0
    for row, piece, contents in holder.contents(paths, tick):
        rows.append(row)
        pieces.append(piece)
        given.append(contents)
        weight += len(contents)
        if len(rows) == most or weight > BATCH_BYTES:
            yield Batch(rows, pieces, given)
            rows, pieces, given, weight = [], [], [], 0
    if rows:
        yield Batch(rows, pieces, given)


def choose(
    holder: Holder,
    files: Sequence[Found],
    size: int | None,
    colour: bool | None,
    framing: str = "crop",
    tick: Callable[[], object] = bool,
) -> Choice:
    """What suits some images, from a sample of them.

    Args:
        holder: what holds them.
        files: the images.
        size: side in pixels, or None to choose one.
        colour: three channels or one, or None to choose.
        framing: see `Plan`.
        tick: called now and then; may raise to cancel.
    """
    seen = [survey for survey in surveys(holder, files, tick) if survey is not None]
    if colour is None:
        colour = sum(survey.coloured for survey in seen) > len(seen) / 20
    sizes = {survey.size for survey in seen}
    if size is None and len(sizes) == 1:
        (width, height) = sizes.pop()
        if SMALLEST <= min(width, height) <= LARGEST_NATIVE and max(width, height) <= 1.25 * min(width, height):
            size = min(width, height)
    facts = dict.fromkeys(survey.oddity for survey in seen if survey.oddity)
    plan = Plan(size or (COLOUR_SIDE if colour else GREY_SIDE), colour, framing)
    return Choice(plan, tuple(facts), max((survey.decoded for survey in seen), default=0))


def surveys(holder: Holder, files: Sequence[Found], tick: Callable[[], object]) -> Iterator[Survey | None]:
    """A look at each image of a sample, a smaller one of large images; None where one cannot be used."""
    handy = holder.handy(files)
    spread = np.unique(np.linspace(0, len(handy) - 1, SAMPLE).astype(int))
    places = holder.contents([handy[row].path for row in crosswise(spread)], tick)
    looked = 0

    def look(place: tuple[int, Piece, bytes]) -> Survey | None:
        _, piece, given = place
        try:
            with quiet_decoders(), Reader() as reader:
                return survey_picture(reader.readable(piece, given))
        except DataError:
            return None

    pool = ThreadPoolExecutor(cores())
    try:
        for waiting in [pool.submit(look, place) for place in places]:
            survey = awaited(waiting, tick)
            yield survey
            looked += survey.decoded if survey is not None else 0
            if looked > LOOKED_AT:
                break
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # a large picture in hand would keep those waiting who cancel


def awaited(waiting: Future[Survey | None], tick: Callable[[], object]) -> Survey | None:
    """What comes of a look, with ticks until it does."""
    while True:
        tick()
        with suppress(TimeoutError):
            return waiting.result(timeout=PATIENCE)


def crosswise(rows: np.ndarray) -> np.ndarray:
    """The same rows in an order in which any first few of them are spread over all."""
    order = np.argsort(np.arange(len(rows)) * GOLDEN % 1)
    return rows[order]
