"""The values of options as they are typed, each read or refused in a sentence."""

from __future__ import annotations

import argparse
import re


def whole(typed: str) -> int:
    """A whole number: "600"."""
    try:
        return int(typed)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{typed!r} is not a whole number") from None


def number(typed: str) -> float:
    """A number: "0.05"."""
    try:
        return float(typed)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{typed!r} is not a number") from None


def amount(typed: str) -> int | float:
    """A count, or a share: "600", "0.05", "5%"."""
    try:
        return float(typed[:-1]) / 100 if typed.endswith("%") else float(typed) if "." in typed else int(typed)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{typed!r} is neither a whole number nor a share such as 5%") from None


def names(typed: str) -> tuple[str, ...]:
    """Names between commas."""
    return tuple(typed.split(","))


def wholes(typed: str) -> tuple[int, ...]:
    """Whole numbers between commas."""
    return tuple(map(whole, typed.split(",")))


def numbers(typed: str) -> tuple[float, ...]:
    """Numbers between commas."""
    return tuple(map(number, typed.split(",")))


def image(typed: str) -> int | str:
    """An image: its number, a draw of the prior such as "prior:7", or a file."""
    return int(typed) if typed.isdecimal() else typed


def images(typed: str) -> tuple[int | str, ...]:
    """Numbers and draws of the prior between commas, or one file, whose name may hold some."""
    parts = typed.split(",")
    plain = all(re.fullmatch(r"\d+|prior(:\d+)?", part) for part in parts)
    return tuple(map(image, parts)) if plain else (typed,)
