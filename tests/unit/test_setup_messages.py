"""What the set-up says it does."""

from pathlib import Path

import pytest

from app import setup


def test_a_set_up_does_not_say_that_it_trains_where_it_only_checks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = tmp_path / "bin" / "hoidap"
    command.parent.mkdir()
    command.write_text('#!/bin/sh\n[ "$*" = "train --if-needed" ]\n')
    command.chmod(0o755)
    monkeypatch.setattr(setup, "VENV", tmp_path)
    setup.prepare_model()
    [said] = capsys.readouterr().out.splitlines()
    assert said.startswith("• Checking the intent model")
    assert "when its data changed" in said
