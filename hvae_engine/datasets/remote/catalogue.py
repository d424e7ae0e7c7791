"""The data sets that can be downloaded: addresses and checksums as torchvision has them, CIFAR-10 in binary.

CIFAR's checksum and size are those on its page, https://www.cs.toronto.edu/~kriz/cifar.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Remote(NamedTuple):
    """A file somewhere else.

    Attributes:
        name: of the file.
        places: folders that have it, with a slash at the end, in the order in which they are tried.
        md5: of the file, in hexadecimal.
        size: in bytes.
    """

    name: str
    places: tuple[str, ...]
    md5: str
    size: int


class Offer(NamedTuple):
    """A data set that can be downloaded.

    Attributes:
        title: for people.
        words: what it holds, in half a sentence.
        folder: where torchvision would put its files below a folder of data sets.
        files: all of them.
        by: who made it.
        licence: under which they give it away; empty: they do not say.
    """

    title: str
    words: str
    folder: str
    files: tuple[Remote, ...]
    by: str = ""
    licence: str = ""

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


def _four(places: tuple[str, ...], files: Mapping[str, tuple[str, int]]) -> tuple[Remote, ...]:
    """Images and labels of MNIST and its relatives."""
    return tuple(Remote(f"{name}-ubyte.gz", places, md5, size) for name, (md5, size) in files.items())


OFFERS: Mapping[str, Offer] = {
    "mnist": Offer(
        "MNIST",
        "70 000 handwritten digits, 28 x 28, grey",
        "MNIST/raw",
        _four(
            ("https://ossci-datasets.s3.amazonaws.com/mnist/", "http://yann.lecun.com/exdb/mnist/"),
            {
                "train-images-idx3": ("f68b3c2dcbeaaa9fbdd348bbdeb94873", 9_912_422),
                "train-labels-idx1": ("d53e105ee54ea40749a09fcbcd1e9432", 28_881),
                "t10k-images-idx3": ("9fb629c4189551a2d022fa330f9573f3", 1_648_877),
                "t10k-labels-idx1": ("ec29112dd5afa0611ce80d1b7f02629c", 4_542),
            },
        ),
        "Yann LeCun, Corinna Cortes and Christopher Burges",
        "CC BY-SA 3.0",
    ),
    "fashion-mnist": Offer(
        "FashionMNIST",
        "70 000 pieces of clothing, 28 x 28, grey",
        "FashionMNIST/raw",
        _four(
            ("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",),
            {
                "train-images-idx3": ("8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26_421_880),
                "train-labels-idx1": ("25c81989df183df01b3e8a0aad5dffbe", 29_515),
                "t10k-images-idx3": ("bef4ecab320f06d8554ea6380940ec79", 4_422_102),
                "t10k-labels-idx1": ("bb300cfdad3c16e7a12a480ee83cd310", 5_148),
            },
        ),
        "Zalando Research",
        "MIT",
    ),
    "kmnist": Offer(
        "KMNIST",
        "70 000 handwritten Japanese characters, 28 x 28, grey",
        "KMNIST/raw",
        _four(
            ("http://codh.rois.ac.jp/kmnist/dataset/kmnist/",),
            {
                "train-images-idx3": ("bdb82020997e1d708af4cf47b453dcf7", 18_165_135),
                "train-labels-idx1": ("e144d726b3acfaa3e44228e80efcd344", 29_497),
                "t10k-images-idx3": ("5c965bf0a639b31b8f53240b1b52f4d7", 3_041_136),
                "t10k-labels-idx1": ("7320c461ea6c1c855c0b718fb2a4b134", 5_120),
            },
        ),
        "CODH and ROIS",
        "CC BY-SA 4.0",
    ),
    "omniglot": Offer(
        "Omniglot",
        "32 460 handwritten characters of 50 alphabets, black on white",
        "omniglot-py",
        tuple(
            Remote(name, ("https://raw.githubusercontent.com/brendenlake/omniglot/master/python/",), md5, size)
            for name, md5, size in (
                ("images_background.zip", "68d2efa1b9178cc56df9314c21c6e718", 9_464_212),
                ("images_evaluation.zip", "6b91aef0f799c5bb55b94e3f2daec811", 6_462_886),
            )
        ),
        "Brenden Lake",
        "MIT",
    ),
    "cifar-10": Offer(
        "CIFAR-10",
        "60 000 photographs in 10 classes, 32 x 32, in colour",
        "",
        (
            Remote(
                "cifar-10-binary.tar.gz",
                ("https://www.cs.toronto.edu/~kriz/",),
                "c32a1d4ab5d03f1284b67883e8d87530",
                170_052_171,
            ),
        ),
        "Alex Krizhevsky, Vinod Nair and Geoffrey Hinton",
    ),
}
"""By the name that asks for it."""

ALIASES: Mapping[str, str] = {
    "fashionmnist": "fashion-mnist",
    "fashion_mnist": "fashion-mnist",
    "cifar10": "cifar-10",
}
"""Other ways of writing these names; all of them in lower case."""


def offered(name: str) -> str | None:
    """The name of the data set that somebody means, however they write it; None: of none."""
    name = name.strip().lower()
    name = ALIASES.get(name, name)
    return name if name in OFFERS else None
