"""What the engine offers to choose among: families with their options, presets and devices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from app.state.records import Settings
from app.state.view_specs import ViewSpec


def _no_remark(options: Mapping[str, Any], classes: int) -> str:
    del options, classes
    return ""


def _as_given(options: Mapping[str, Any]) -> Mapping[str, Any]:
    return options


def _as_chosen(settings: Settings, channels: int | None) -> Settings | None:
    del channels
    return settings


def _no_complaint(value: Any) -> str:
    del value
    return ""


@dataclass(frozen=True)
class FieldSpec:
    """One setting of a model as the form shows it.

    Attributes:
        kind: "int", "float", "bool", "choice" or "sizes".
        choices: allowed values of a "choice".
        help: one sentence.
        complaint: the sentence against a value that does not fit; empty for one that does.
    """

    name: str
    kind: str
    default: Any
    choices: tuple[str, ...] = ()
    help: str = ""
    complaint: Callable[[Any], str] = _no_complaint

    @property
    def shown(self) -> Any:
        """The default as the field hands it out: text for what is typed, else the value."""
        if self.kind in ("bool", "choice"):
            return self.default
        if isinstance(self.default, tuple):
            return ",".join(map(str, self.default))
        return f"{self.default:g}" if isinstance(self.default, float) else str(self.default)


@dataclass(frozen=True)
class FamilySpec:
    """A family of models as the window offers it.

    Attributes:
        bound: what it is trained on when nothing is chosen, "elbo" or "iwae".
        samples: draws for each image when nothing is chosen, for each bound.
        needs_labels: whether it can only be trained on labelled images.
        learns_codes: whether it can be trained on the codes of another run instead of pixels.
        gives_codes: whether a run of it has codes that another one can be trained on.
        remark: of the options and the number of classes: a sentence where they do not fit together or are unwise, else
            empty.
        in_effect: of the options that were chosen: all of them, where lists of sizes follow those that were chosen.
        settled: of settings of this family and the channels of the images: the same with nothing left open, so that
            those which make the same run are equal; None where they do not fit.
    """

    name: str
    title: str
    fields: tuple[FieldSpec, ...]
    bound: str = "elbo"
    samples: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({"elbo": 1, "iwae": 5}))
    needs_labels: bool = False
    learns_codes: bool = False
    gives_codes: bool = False
    remark: Callable[[Mapping[str, Any], int], str] = _no_remark
    in_effect: Callable[[Mapping[str, Any]], Mapping[str, Any]] = _as_given
    settled: Callable[[Settings, int | None], Settings | None] = _as_chosen


@dataclass(frozen=True)
class PresetSpec:
    """A paper's model and how it is trained, as the window offers it.

    Attributes:
        title: as people say it.
        source: paper or code the numbers are from.
        note: what differs from it, and what else one should know.
        settings: what it fills in; seed and device are a person's own.
    """

    name: str
    title: str
    source: str
    note: str
    settings: Settings


@dataclass(frozen=True)
class EngineOffer:
    """What the engine can do on this machine.

    Attributes:
        families: by name.
        devices: those found, without "auto".
        presets: by name.
        views: of whole levels, by name.
    """

    families: Mapping[str, FamilySpec]
    devices: tuple[str, ...]
    presets: Mapping[str, PresetSpec] = field(default_factory=lambda: MappingProxyType({}))
    views: Mapping[str, ViewSpec] = field(default_factory=lambda: MappingProxyType({}))
