"""Decodes a batch of pictures; run as a process of its own, every batch that comes in.

The process speaks JSON lines and plain bytes over its pipes: nothing is pickled, and a decoder that a hostile file
brings down takes nothing else with it.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Sequence
from typing import BinaryIO, NamedTuple

import numpy as np
from PIL import Image

from hvae_engine.datasets.pixels.pictures import Plan, quiet_decoders, read_picture
from hvae_engine.datasets.trees.pieces import Piece, Reader
from hvae_engine.errors import DataError


class Batch(NamedTuple):
    """Pictures to decode: their numbers in the import, where they lie, and the bytes of those that are streamed."""

    rows: Sequence[int]
    pieces: Sequence[Piece]
    given: Sequence[bytes]

    def alone(self) -> list[Batch]:
        """A batch for each of them."""
        return [Batch([row], [piece], [given]) for row, piece, given in zip(*self, strict=True)]


def decode_batch(batch: Batch, plan: Plan, stop: threading.Event | None = None) -> tuple[np.ndarray, dict[int, str]]:
    """Decode pictures one after the other.

    Args:
        batch: which.
        plan: what they become.
        stop: set from outside to leave the rest undone.

    Returns:
        uint8, (n, C, S, S), zeros where nothing came of a picture; and the sentences on those, by position.
    """
    pixels = np.zeros((len(batch.rows), 3 if plan.colour else 1, plan.side, plan.side), np.uint8)
    reasons: dict[int, str] = {}
    with Reader() as reader:
        for position, (piece, given) in enumerate(zip(batch.pieces, batch.given, strict=True)):
            if stop is not None and stop.is_set():
                break
            try:
                pixels[position] = read_picture(reader.readable(piece, given), *plan)
            except DataError as error:
                reasons[position] = str(error)
    return pixels, reasons


def send(stream: BinaryIO, batch: Batch, plan: Plan) -> None:
    """Write a batch to the process's input."""
    lengths = [len(given) for given in batch.given]
    stream.write(json.dumps([plan, batch.pieces, lengths]).encode() + b"\n")
    for given in batch.given:
        stream.write(given)
    stream.flush()


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer batches until the input ends: a line with the sentences, then the pixels."""
    Image.init()
    with quiet_decoders():
        while line := requests.readline():
            plan, pieces, lengths = json.loads(line)
            given = [requests.read(length) for length in lengths]
            batch = Batch(range(len(pieces)), [Piece(*piece) for piece in pieces], given)
            pixels, reasons = decode_batch(batch, Plan(*plan))
            answers.write(json.dumps(reasons).encode() + b"\n")
            answers.write(pixels.data)
            answers.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's to answer
    serve(sys.stdin.buffer, sys.stdout.buffer)
