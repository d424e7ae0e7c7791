"""A run's folder read without torch: its last row, its lock, its end."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hvae_engine.errors import RunError
from hvae_engine.training import RunSpec, files
from hvae_engine.training.folder import RunFolder
from hvae_engine.training.tables import TAIL, Table

COLUMNS = ("step", "seconds", "bound")


def folder(path: Path, **asked) -> RunFolder:
    path.mkdir(exist_ok=True)
    spec = RunSpec("scenes", "vae", batch_size=100, **asked)
    about = {"strata": "0", "spec": spec.to_json(), "data": {"train": 1050}}
    (path / "run.json").write_text(json.dumps(about))
    return RunFolder.open(path)


def test_the_last_row_is_read_without_those_before_it(tmp_path: Path) -> None:
    table = Table(tmp_path / "history.csv")
    assert table.last() == {}
    table.append(COLUMNS, np.empty((0, 3)))
    assert table.last() == {}
    rows = np.column_stack([np.arange(1, 9001), np.arange(9000) * 0.5, -np.arange(9000.0)])
    table.append(COLUMNS, rows[:1])
    assert table.last() == {"step": 1, "seconds": 0, "bound": 0}
    table.append(COLUMNS, rows[1:])
    assert table.path.stat().st_size > 2 * TAIL
    assert table.last() == {"step": 9000, "seconds": 4499.5, "bound": -8999}
    with table.path.open("a") as file:
        file.write("9001,45")  # torn by a crash
    assert table.last()["step"] == 9000


@pytest.mark.parametrize("text", ["step,bound\n1,x\n", "step,bound\n1,2,3\n"])
def test_a_last_row_that_is_none_is_called_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "history.csv").write_text(text)
    with pytest.raises(RunError, match="not a table of numbers"):
        Table(tmp_path / "history.csv").last()


def test_a_folder_is_in_use_while_somebody_holds_its_lock(tmp_path: Path) -> None:
    run = folder(tmp_path)
    assert not run.in_use
    assert not (tmp_path / files.LOCK).exists(), "asking leaves nothing behind"
    with files.locked(tmp_path):
        assert run.in_use
    assert not run.in_use
    with files.locked(tmp_path):  # asking took nothing away
        assert run.in_use


def test_a_run_is_over_at_its_planned_step_or_time(tmp_path: Path) -> None:
    run = folder(tmp_path, epochs=2)
    assert run.steps_per_epoch == 11
    assert run.planned_steps == 22
    assert not run.is_over(21, 1e9)
    assert run.is_over(22, 0.0)
    run = folder(tmp_path, minutes=1)
    assert run.planned_steps == 0
    assert not run.is_over(10**9, 59.0)
    assert run.is_over(1, 60.0)


def test_the_best_bound_is_the_greatest(tmp_path: Path) -> None:
    run = folder(tmp_path)
    assert run.best() is None
    run.evaluations.append(("step", "bound"), np.array([[1, -90.0], [2, -80.0], [3, np.nan], [4, -85.0]]))
    assert run.best() == -80.0


def test_what_is_no_run_is_called_so(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no run of Strata"):
        RunFolder.open(tmp_path)


def test_reading_a_folder_needs_no_torch(tmp_path: Path) -> None:
    folder(tmp_path / "one")
    words = (
        "import sys; from pathlib import Path; from app.runs.archive import list_runs, read_pin;"
        f"(found,) = list_runs([Path({str(tmp_path)!r})]); read_pin(Path(found.path));"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", words], timeout=60).returncode == 0
