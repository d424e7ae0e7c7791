"""What to say of a file that cannot be opened as images: what it is instead, and what to do."""

from __future__ import annotations

import codecs
from pathlib import Path

from hvae_engine.datasets.trees.listing import FOREIGN, KINDS
from hvae_engine.datasets.trees.tar_members import packing
from hvae_engine.errors import DataError

ACCEPTED = (
    "images or a folder of them, a .zip or .tar of images, IDX, .npy or .npz files, CIFAR's .bin, or a built-in name"
    " such as 'scenes'"
)
FOREIGN_ARCHIVES = {
    ".7z": b"7z\xbc\xaf\x27\x1c",
    ".rar": b"Rar!",
}
PICKLES = (".pkl", ".pickle", ".pt", ".pth", ".ckpt", ".joblib", ".p")
PICKLE_STARTS = tuple(bytes((0x80, protocol)) for protocol in range(2, 6))
HDF5 = "an HDF5 file, which Strata does not read: save its images as .npz"
PARQUET = (
    "a Parquet file, which Strata does not read: write its images into a folder, those of each class into a subfolder,"
    " or save them as .npz"
)
MATLAB = "a MATLAB file, which Strata does not read: save its images as .npz"
MAGICS = {b"\x89HDF\r\n": HDF5, b"PAR1": PARQUET, b"MATLAB 5.0": MATLAB}
"""How files begin that are something else whatever their names say."""

OTHERS = {
    (".h5", ".hdf5"): HDF5,
    (".parquet",): PARQUET,
    (".mat",): MATLAB,
    (".safetensors",): "a file of weights, and no run lies beside it: choose the folder of its run",
    (".mp4", ".avi", ".mov", ".mkv", ".webm"): "a video: save its frames as images",
    FOREIGN: f"a picture of a kind that Strata does not read: save it as one that it does ({KINDS})",
}


def refusal(path: Path) -> DataError:
    """The sentence about something that is neither a folder nor any file that is read."""
    if not path.is_file():
        return DataError(f"{path} is neither a file nor a folder: choose {ACCEPTED}.")
    if path.stat().st_size == 0:
        return DataError(f"{path} is empty: choose {ACCEPTED}.")
    start = beginning(path)
    for ending, magic in FOREIGN_ARCHIVES.items():
        if start.startswith(magic) or path.suffix.lower() == ending:
            return DataError(f"{path} is an archive that Strata does not read ({ending}): pack it as .zip or .tar.")
    for endings, what in OTHERS.items():
        if path.suffix.lower() in endings:
            return DataError(f"{path} is {what}; or choose {ACCEPTED}.")
    if packing(path):
        return DataError(f"{path} is a packed file that is neither a tar nor IDX: unpack it, or choose {ACCEPTED}.")
    kind = "a text file, not images" if is_text(start) else "of a kind that Strata does not read"
    return DataError(f"{path} is {kind}: choose {ACCEPTED}.")


def refuse_foreign(path: Path) -> None:
    """Refuse a file that begins as one of a kind that is not read.

    Raises:
        DataError: it does; or it cannot be read.
    """
    start = beginning(path)
    for magic, what in MAGICS.items():
        if start.startswith(magic):
            raise DataError(f"{path} is {what}; or choose {ACCEPTED}.")


def refuse_pickle(path: Path) -> None:
    """Refuse a file that would have to be unpickled, which can run whatever its maker wanted.

    Raises:
        DataError: it is one, by its name or its first bytes.
    """
    start = beginning(path)
    if path.suffix.lower() in PICKLES or start.startswith(PICKLE_STARTS):
        raise DataError(
            f"{path} is a pickle, which can run code when it is opened, so Strata does not open it: save the images as"
            " .npz or as a folder (of CIFAR there is a binary version)."
        )


def beginning(path: Path) -> bytes:
    """The first bytes of a file.

    Raises:
        DataError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(4096)
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): check its permissions.") from error


def is_text(start: bytes) -> bool:
    """Whether the beginning of a file is text."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)  # the last character may be cut
    except UnicodeDecodeError:
        return False
    return b"\0" not in start
