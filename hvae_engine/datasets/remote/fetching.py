"""Fetches a file from the net: in pieces, where it left off, checked against its checksum, and cancelled at once."""

from __future__ import annotations

import hashlib
import http.client
import os
import queue
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import cast

from hvae_engine.datasets.remote.catalogue import Remote
from hvae_engine.errors import DataError

UNFINISHED = ".part"
CHUNK = 64 * 1024
PATIENCE = 0.05
"""Seconds after which somebody who wants to cancel is heard."""

TIMEOUT = 20.0
"""Seconds without an answer after which the next place is tried."""

PARTIAL, BEYOND = 206, 416
"""HTTP's answers to a question for the rest of a file: here it is; there is none."""

OFFLINE = (urllib.error.URLError, http.client.HTTPException, OSError)


class _DamagedError(Exception):
    """What arrived is not what the checksum says."""


def fetch(remote: Remote, target: Path, progress: Callable[[int], object]) -> None:
    """Download a file; what a cancelled download left behind is used by the next one.

    Args:
        remote: the file.
        target: where it is put when it is whole and right.
        progress: called with the bytes there are, at least every `PATIENCE` seconds; may raise to cancel.

    Raises:
        DataError: no place has it, or it cannot be written.
    """
    part = target.with_name(target.name + UNFINISHED)
    reasons = []
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for place in remote.places:
            for _ in range(2):  # a second time from the beginning, if the first went on with something else
                try:
                    _Transfer(place + remote.name, part, remote.size).run(progress)
                    check(part, remote)
                except _DamagedError:
                    part.unlink(missing_ok=True)
                    reasons.append(f"{place} gave another file than expected")
                except OFFLINE as error:
                    if not isinstance(error, urllib.error.URLError) and getattr(error, "filename", None):
                        raise  # it is about a file of ours
                    reasons.append(f"{place} {reason_of(error)}")
                    break
                else:
                    os.replace(part, target)
                    return
    except OSError as error:
        raise DataError(
            f"{target} cannot be written ({error.strerror}): free some room or set STRATA_CACHE."
        ) from error
    raise DataError(
        f"{remote.name} could not be downloaded: {'; '.join(dict.fromkeys(reasons))}. Check the connection and try"
        f" again, or put the file into {target.parent}."
    )


def check(path: Path, remote: Remote) -> None:
    """Compare a file with its checksum.

    Raises:
        _DamagedError: it is another one.
    """
    with path.open("rb") as file:
        if hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest() != remote.md5:
            raise _DamagedError


def reason_of(error: BaseException) -> str:
    """Why an address gave nothing, in a few words."""
    if isinstance(error, urllib.error.HTTPError):
        return f"answered {error.code} ({error.reason})"
    inner = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(inner, TimeoutError):
        return "did not answer"
    return f"cannot be reached ({getattr(inner, 'strerror', None) or inner or type(inner).__name__})"


class _Transfer:
    """One download on a thread of its own, so that it can be left while the net keeps it waiting.

    Args:
        url: of the file.
        part: where it is written, after what is there already.
        size: bytes expected; a file that is much longer is not read to its end.
    """

    def __init__(self, url: str, part: Path, size: int) -> None:
        self._url, self._part, self._limit = url, part, 2 * size + CHUNK
        self._stop = threading.Event()
        self._done: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()
        self._answer: http.client.HTTPResponse | None = None

    def run(self, progress: Callable[[int], object]) -> None:
        """Download, and raise what goes wrong."""
        thread = threading.Thread(target=self._work, name="download")
        thread.start()
        try:
            while True:
                try:
                    error = self._done.get(timeout=PATIENCE)
                    break
                except queue.Empty:
                    progress(self._there())
        finally:
            self._stop.set()
            if thread.is_alive() and self._answer is not None:
                with suppress(OSError, AttributeError):  # it may be closing by itself
                    self._answer.fp.raw._sock.shutdown(2)  # type: ignore[attr-defined]
            thread.join(PATIENCE if self._answer is None else None)
        progress(self._there())
        if error is not None:
            raise error

    def _there(self) -> int:
        return self._part.stat().st_size if self._part.exists() else 0

    def _work(self) -> None:
        try:
            self._download()
        except BaseException as error:
            self._done.put(error)
        else:
            self._done.put(None)

    def _download(self) -> None:
        there = self._there()
        request = urllib.request.Request(self._url, headers={"Range": f"bytes={there}-"} if there else {})
        try:
            answer = cast(http.client.HTTPResponse, urllib.request.urlopen(request, timeout=TIMEOUT))
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == BEYOND:
                return  # all of it is there; the checksum will tell
            raise
        with answer, self._part.open("ab" if answer.status == PARTIAL else "wb") as file:
            self._answer = answer
            while not self._stop.is_set() and file.tell() <= self._limit and (chunk := answer.read1(CHUNK)):
                file.write(chunk)
                file.flush()
