"""The data files of the demo. One object a line; what is bad in them is a fault of ours."""

import json
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent.parent / "demo_data"


class DemoDataError(Exception):
    """A row of the project's own data does not load."""


def read_lines(name: str) -> list[dict[str, Any]]:
    """The rows of `<name>.jsonl`."""
    text = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def read_texts() -> dict[str, str]:
    found: dict[str, str] = yaml.safe_load((FOLDER / "texts.yml").read_text(encoding="utf-8"))
    return found
