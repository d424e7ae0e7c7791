"""Data sets that can be downloaded: which there are, which of them are on the disk, and fetching one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.inputs import loading
from app.state.records import Download
from app.words import wording
from app.work.jobs import Jobs
from hvae_engine.datasets.remote.catalogue import OFFERS, Offer


async def fetch(jobs: Jobs, source: str) -> None:
    """Download the data that `source` asks for by name, unless they are on the disk or it asks for others.

    Raises:
        DataError: they cannot be reached.
    """
    if title := await jobs.work(lambda report: loading.missing(source)):
        words = _tr("downloading {} …").format(title)
        await jobs.work(lambda report: loading.download(source, report), words, wording.megabytes)


class Downloads(QObject):
    """What can be downloaded; `changed` tells that more of it is on the disk, or less."""

    changed = Signal()

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._there: frozenset[str] = frozenset()

    @property
    def offers(self) -> Mapping[str, Download]:
        """All of them, by the name that asks for each."""
        return MappingProxyType({name: self._offer(name, offer) for name, offer in OFFERS.items()})

    def refresh(self) -> None:
        """Look again what is on the disk."""

        def look(report: loading.Report) -> frozenset[str]:
            from hvae_engine.datasets.remote.downloads import on_disk

            return frozenset(on_disk())

        self._jobs.do(look, self._take, _raise)

    def _take(self, there: frozenset[str] | None) -> None:
        if there is not None and there != self._there:
            self._there = there
            self.changed.emit()

    def _offer(self, name: str, offer: Offer) -> Download:
        rights = offer.licence or self.tr("no licence stated")
        host = urlsplit(offer.files[0].places[0]).hostname or ""
        words = self.tr("{}. By {}; {}; from {}.").format(offer.words, offer.by, rights, host)
        return Download(offer.title, words.replace(" x ", " × "), offer.size, name in self._there)


def _raise(error: Exception) -> None:
    raise error


def _tr(text: str) -> str:
    return QCoreApplication.translate("Fetching", text)
