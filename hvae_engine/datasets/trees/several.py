"""Several things chosen at once as one tree of images: pictures, folders, and archives that stand for folders."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, count
from pathlib import Path

from hvae_engine.datasets.dataset import Skipped
from hvae_engine.datasets.trees.archives import NEVER, Archive
from hvae_engine.datasets.trees.listing import MOST, Found, Tick, natural, readable
from hvae_engine.datasets.trees.pieces import Piece
from hvae_engine.datasets.trees.walking import Walk
from hvae_engine.errors import DataError


class Together:
    """A `listing.Tree`, and where its images lie. An archive that cannot be used is left out, with the reason.

    An archive lies in it as a folder of its name without the ending, so that cats.zip and dogs.zip are two classes and
    train.tar and test.tar are kept apart.

    Args:
        paths: of images and folders, absolute.
        archives: the same.
        most: images after which to stop.
        seconds: after which to stop, because only a rough answer is wanted.
        tick: see `listing.Tick`.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        archives: Sequence[Path],
        most: int = MOST,
        seconds: float = NEVER,
        tick: Tick = bool,
    ) -> None:
        self.root, self.most = Path(os.path.commonpath([path.parent for path in (*paths, *archives)])), most
        self._walk, self.tick = Walk.of(paths, most, seconds, tick, self.root), tick
        self.skipped: list[Skipped] = self._walk.skipped
        self._archives: dict[str, Archive] = {}
        for name, path in named(archives, {path.relative_to(self.root).parts[0] for path in paths}).items():
            self._add(name, path, seconds)

    @property
    def complete(self) -> bool:
        """See `listing.Tree`."""
        return self._walk.complete and all(archive.complete for archive in self._archives.values())

    def look(self, folder: Path) -> tuple[list[Path], list[str]]:
        """See `listing.Tree`."""
        if folder == self.root:
            folders, images = self._walk.look(folder)
            inside = (self.root / name for name in self._archives)
            return sorted((*folders, *inside), key=lambda path: natural(path.name)), images
        name, *rest = folder.relative_to(self.root).parts
        if name not in self._archives:
            return self._walk.look(folder)
        archive = self._archives[name]
        folders, images = archive.look(archive.root.joinpath(*rest))
        return [self.root / name / one.relative_to(archive.root) for one in folders], [
            f"{name}/{one}" for one in images
        ]

    def below(self, folder: Path, above: Path) -> Iterator[str]:
        """See `listing.Tree`."""
        name, *rest = folder.relative_to(self.root).parts
        if name not in self._archives:
            yield from self._walk.below(folder, above)
            return
        archive = self._archives[name]
        for image in archive.below(archive.root.joinpath(*rest), archive.root):
            yield f"{name}/{image}"

    def instead(self) -> str:
        """See `listing.Tree`."""
        return self._walk.instead()

    def contents(self, paths: Sequence[str], tick: Callable[[], object] = bool) -> Iterator[tuple[int, Piece, bytes]]:
        """Where each of some images lies: its number among `paths`, its piece, and its bytes if it is streamed."""
        for name, rows in self._owners(paths).items():
            for row, piece, given in self._home(name).contents([within(name, paths[row]) for row in rows], tick):
                yield rows[row], piece, given

    def handy(self, files: Sequence[Found]) -> Sequence[Found]:
        """Those of the files that are quick to reach."""
        found: list[Found] = []
        for name, rows in self._owners([file.path for file in files]).items():
            own = [files[row]._replace(path=within(name, files[row].path)) for row in rows]
            found += [file._replace(path=beneath(name, file.path)) for file in self._home(name).handy(own)]
        return found

    def fingerprint(self, paths: Iterable[str]) -> str:
        """The same one means the same pixels."""
        listed = list(paths)
        digest = hashlib.sha256()
        for name, rows in self._owners(listed).items():
            own = self._home(name).fingerprint(within(name, listed[row]) for row in rows)
            digest.update(os.fsencode(f"{name}\0{own}\0"))
        return digest.hexdigest()

    def _add(self, name: str, path: Path, seconds: float) -> None:
        """Take in one archive."""
        try:
            archive = Archive(path, self.most, seconds, self.tick)
        except DataError as error:
            self.skipped.append(Skipped(readable(path.name), str(error)))
            return
        self.skipped += [Skipped(beneath(name, one.path), one.reason) for one in archive.skipped]
        if archive.pieces:
            self._archives[name] = archive
        else:
            self.skipped.append(Skipped(readable(path.name), "The archive holds no images."))

    def _home(self, name: str) -> Walk | Archive:
        """What holds the images of an archive, or those of the disk, whose name is empty."""
        return self._archives[name] if name else self._walk

    def _owners(self, paths: Sequence[str]) -> Mapping[str, list[int]]:
        """Numbers among `paths` of the images of each archive, by its name; those on the disk come first."""
        rows: dict[str, list[int]] = {"": [], **{name: [] for name in self._archives}}
        for row, path in enumerate(paths):
            name = path.partition("/")[0]
            rows[name if name in self._archives else ""].append(row)
        return {name: own for name, own in rows.items() if own}


def named(archives: Sequence[Path], taken: Iterable[str]) -> dict[str, Path]:
    """A name for each archive that no other one has, and none of `taken`: its own, without the ending if it may."""
    found: dict[str, Path] = {}
    used = set(taken)
    for path in archives:
        stem = path.name.partition(".")[0] or path.name
        names = chain((stem, path.name), (f"{path.name} {number}" for number in count(2)))
        name = next(one for one in names if one not in used)
        found[name] = path
        used.add(name)
    return found


def within(name: str, path: str) -> str:
    """The path of an image inside the archive of this name; that of one on the disk stays."""
    return path.removeprefix(f"{name}/") if name else path


def beneath(name: str, path: str) -> str:
    """The reverse of `within`."""
    return f"{name}/{path}" if name else path
