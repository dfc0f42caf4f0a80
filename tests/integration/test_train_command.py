"""`hoidap train` with a trainer that writes its model at once, or never ends."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep

import pytest

from app.cli.main import main
from app.data_folder import ROOT
from app.embedded.training import _scratch_in
from app.model import model_name

RUN = "import sys; from app.cli.main import main; sys.exit(main())"
#: Stands for the interpreter with Rasa: gets its options behind the name of the script.
TRAINER = """#!/bin/sh
[ -e "$(dirname "$0")/endless" ] && exec sleep 60
while [ $# -gt 1 ]; do
  case "$1" in --output) output=$2 ;; --name) name=$2 ;; esac
  shift
done
echo model > "$output/$name.tar.gz"
"""
SOON = 20.0


@pytest.fixture
def python(tmp_path: Path) -> Path:
    rasa = tmp_path / "rasa" / "lib" / "python3.10" / "site-packages" / "rasa"
    rasa.mkdir(parents=True)
    (rasa / "__init__.py").touch()
    interpreter = tmp_path / "rasa" / "bin" / "python"
    interpreter.parent.mkdir()
    interpreter.write_text(TRAINER)
    interpreter.chmod(0o755)
    return interpreter


@pytest.fixture
def environment(tmp_path: Path, python: Path) -> dict[str, str]:
    return {"HOIDAP_DATA": str(tmp_path / "data"), "RASA_PYTHON": str(python)}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_it_says_that_the_model_is_taken_and_from_when(
    environment: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = f"{model_name()}.tar.gz"
    for _ in range(2):
        assert main(["train"], environment) == 0
        last = capsys.readouterr().out.splitlines()[-1]
        assert last == f"{model} is taken. A running service uses it from its next start on."
        assert names(tmp_path / "data" / "models") == [model]


def test_what_a_killed_training_left_goes_with_the_next_and_a_running_one_keeps_its_own(
    environment: dict[str, str], python: Path, tmp_path: Path
) -> None:
    models = tmp_path / "data" / "models"
    endless = python.with_name("endless")
    endless.touch()
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-c", RUN, "train"],
        env=os.environ | environment,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    ) as process:
        began = monotonic()
        while not names(models) and monotonic() - began < SOON:
            sleep(0.05)
        # The folder is locked right after it is made.
        sleep(0.5)
        running = names(models)
        endless.unlink()
        assert len(running) == 1
        assert main(["train"], environment) == 0
        model = f"{model_name()}.tar.gz"
        assert names(models) == sorted([*running, model])
        process.kill()
    assert names(models) == sorted([*running, model])
    assert main(["train"], environment) == 0
    assert names(models) == [model]


def test_trainings_that_begin_at_once_leave_each_other_alone(tmp_path: Path) -> None:
    def begin(_number: int) -> None:
        with _scratch_in(tmp_path) as scratch:
            (scratch / "model").touch()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(begin, range(300)))
    assert names(tmp_path) == []
