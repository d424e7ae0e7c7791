"""Keeps every test out of the user's cache, and finds the real data that some of them read."""

import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("STRATA_CACHE", str(folder))
    return folder


@pytest.fixture
def real_mnist():
    shared = Path(__file__).parents[3].parent / "shared" / "data"
    folder = Path(os.environ.get("STRATA_TEST_DATA", shared)) / "MNIST"
    if not folder.is_dir():
        pytest.skip(f"needs MNIST: point STRATA_TEST_DATA at a folder that holds MNIST/raw (looked in {folder})")
    return folder
