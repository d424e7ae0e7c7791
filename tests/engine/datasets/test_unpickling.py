"""Protects the promise that nothing which arrives is ever unpickled: a planted pickle would leave a mark."""

import io
import pickle
import struct
import tarfile
import zipfile

import numpy as np
import pytest

from hvae_engine.datasets import describe, load_data, prospect
from hvae_engine.datasets.keeping.cache import recall
from hvae_engine.errors import DataError
from tests.engine.datasets.corpus import member, npy_header, picture


class Planted:
    """Touches a file when it is unpickled."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return open, (str(self.mark), "w")


def planted_npy(mark, count=12):
    objects = np.empty(count, object)
    objects[:] = [Planted(mark) for _ in range(count)]
    out = io.BytesIO()
    np.save(out, objects, allow_pickle=True)
    return out.getvalue()


def zip_of(name, contents):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, contents)
        for number in range(12):
            archive.writestr(f"{number}.png", picture(number))
    return out.getvalue()


def tar_of(name, contents):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(*member(name, contents))
        for number in range(12):
            archive.addfile(*member(f"{number}.png", picture(number)))
    return out.getvalue()


def carriers(mark):
    """Files that carry a pickle, by name."""
    bare = pickle.dumps(Planted(mark))
    old = pickle.dumps(Planted(mark), protocol=0)
    torch_zip = io.BytesIO()
    with zipfile.ZipFile(torch_zip, "w") as archive:
        archive.writestr("archive/data.pkl", bare)
    npz = io.BytesIO()
    with zipfile.ZipFile(npz, "w") as archive:
        archive.writestr("images.npy", planted_npy(mark))
    header = npy_header("{'descr': '|O', 'fortran_order': False, 'shape': (12,)}", bare)
    return {
        "objects.npy": planted_npy(mark),
        "header.npy": header,
        "bare.npy": bare,
        "objects.npz": npz.getvalue(),
        "bare.npz": bare,
        "member.zip": zip_of("data.pkl", bare),
        "image.zip": zip_of("a.png", bare),
        "member.tar": tar_of("data.pkl", bare),
        "image.tar": tar_of("a.png", bare),
        "weights.pt": torch_zip.getvalue(),
        "weights.pth": bare,
        "weights.zip": torch_zip.getvalue(),
        "data.pkl": bare,
        "data.pickle": old,
        "data_batch_1": bare,
        "data_batch_1.bin": bare,
        "test_batch": old,
        "train-images-idx3-ubyte": bare,
        "images": struct.pack(">I3I", 0x803, 12, 1, 1) + bare,
        "picture.png": bare,
    }


@pytest.mark.parametrize("name", sorted(carriers("nowhere")))
def test_no_format_is_unpickled(tmp_path, name):
    mark = tmp_path / "mark"
    (tmp_path / name).write_bytes(carriers(mark)[name])
    for ask in (describe, prospect, load_data):
        try:
            ask(tmp_path / name)
        except DataError as error:
            sentence = str(error)
            assert "\n" not in sentence
    assert not mark.exists()


def test_the_plant_would_leave_its_mark(tmp_path):
    pickle.loads(pickle.dumps(Planted(tmp_path / "mark"))).close()
    assert (tmp_path / "mark").exists()


def test_a_folder_of_pickles_is_not_unpickled(tmp_path):
    mark, folder = tmp_path / "mark", tmp_path / "cifar-10-batches-py"
    folder.mkdir()
    for name, contents in carriers(mark).items():
        (folder / name).write_bytes(contents)
    with pytest.raises(DataError):
        load_data(folder)
    assert not mark.exists()


def test_the_cache_is_not_unpickled(tmp_path):
    mark = tmp_path / "mark"
    for name in ("objects.npz", "bare.npz"):
        (tmp_path / name).write_bytes(carriers(mark)[name])
        assert recall(tmp_path / name, "any") is None
    assert not mark.exists()
