"""The one plain sentence of a level card, made of its figures and of nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hvae_engine.exploring.card import LevelCard, Probe
    from hvae_engine.exploring.information import Shared
    from hvae_engine.exploring.reach import Place

COARSE, FINE = 4.0, 6.0
"""Cycles per image below which a change is called coarse, and above which fine: on Strata scenes the layout alone lies
below, the texture above, and shape, place and size between (resources/help/levels.md)."""
EVERYWHERE = 0.5
"""Share of the picture from which an effect is said to be all over it."""
TOLD = 0.05
"""Share of a factor, beyond the control, that is worth a word."""
NAMED = 2
"""Factors named at most."""
_ROWS, _COLUMNS = ("upper ", "", "lower "), ("left", "middle", "right")


def sentence(card: LevelCard) -> str:
    """What the figures of a card say, as one sentence."""
    units = _units(card)
    if card.unused:
        return f"{card.level} is unused: its posterior equals its prior ({card.nats:.2f} nats {units})."
    share = "" if card.share is None else f" ({card.share:.0%} of all)"
    parts = [f"{card.level} holds {card.nats:.1f} nats{share} {units}", *_effect(card), *_told(card)]
    return "; ".join(parts) + "."


def _units(card: LevelCard) -> str:
    if card.level == "y":
        return f"over {card.units} classes"
    return f"with {card.active} of {card.units} {_plural('unit', card.units)} active"


def _effect(card: LevelCard) -> list[str]:
    """Nothing is said of what is not measured yet."""
    if card.reach is None:
        return []
    if card.place is None:
        return ["drawing it again changes nothing in the picture"]
    size, cycles = card.reach.effect.size, card.reach.spectrum.cycles
    return [
        f"drawing it again changes the picture by {size:.1%} of the full range, {_where(card.place)}, "
        f"at a {_scale(cycles)} scale ({cycles:.1f} cycles per image)"
    ]


def _where(place: Place) -> str:
    if place.spread >= EVERYWHERE:
        return "all over it"
    row, column = (min(2, int(3 * at)) for at in (place.y, place.x))
    return f"mostly in its {_region(row, column)} ({place.spread:.0%} of its area)"


def _region(row: int, column: int) -> str:
    """One of nine: "upper left", "left", "upper middle", "middle" ..."""
    return _ROWS[row] + _COLUMNS[column]


def _scale(cycles: float) -> str:
    return "coarse" if cycles < COARSE else "fine" if cycles > FINE else "middle"


def _told(card: LevelCard) -> list[str]:
    """What readers get out of it, and how much of that the levels above do not tell already."""
    parts = [] if card.probe is None else [_read(card.probe)]
    if card.factors:
        named = [_factor(one) for one in card.factors if one.told >= TOLD][:NAMED]
        parts.append("of the known factors it tells most of " + " and ".join(named) if named else _NOTHING)
    if any(one.added is not None for one in card.factors):
        adding = sorted(card.factors, key=lambda one: -(one.added or 0.0))
        added = [_addition(one) for one in adding if (one.added or 0.0) >= TOLD][:NAMED]
        parts.append(f"{_ADDS_MOST} of {' and '.join(added)}" if added else _ADDS_NOTHING)
    return parts


_NOTHING = "of the known factors it tells none beyond the shuffled control"
_ADDS_MOST = "it adds most to what the levels above tell"
_ADDS_NOTHING = "it adds nothing to what the levels above tell of them"


def _read(probe: Probe) -> str:
    others = f"chance {probe.chance:.0%}, raw pixels {probe.pixels:.0%}"
    if probe.above is not None and probe.together is not None:
        others += f", the levels above {probe.above:.0%}, all together {probe.together:.0%}"
    return f"a linear reader of it gets the label right {probe.accuracy:.0%} of the time ({others})"


def _factor(one: Shared) -> str:
    return f'"{one.factor}" ({one.nats:.2f} of {one.entropy:.2f} nats, {one.control:.2f} when shuffled)'


def _addition(one: Shared) -> str:
    return f'"{one.factor}" (from {one.above:.2f} to {one.together:.2f} nats)'


def _plural(word: str, count: int) -> str:
    return word if count == 1 else word + "s"
