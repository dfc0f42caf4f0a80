"""What was measured, as rows with their goals, and the page it is written to."""

import os
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Row:
    what: str
    found: str
    goal: str = ""
    good: bool | None = None


@dataclass
class Report:
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, what: str, found: str, goal: str = "", *, good: bool | None = None) -> None:
        self.rows.append(Row(what, found, goal, good))
        mark = "" if good is None else (" ok" if good else " MISSED")
        print(f"{what}: {found}{f'  (goal {goal})' if goal else ''}{mark}", flush=True)

    def note(self, text: str) -> None:
        self.notes.append(text)
        print(text, flush=True)

    def write(self) -> None:
        head = (
            f"Made by `make bench` on {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores,"
            f" Python {platform.python_version()}, fsync on. Load generator, provider stand-in,"
            " service, model and database share these cores."
        )
        lines = ["# Benchmarks", "", head, ""]
        lines += [
            "| what | found | goal | |",
            "|---|---|---|---|",
        ]
        marks = {True: "reached", False: "**missed**", None: ""}
        lines += [f"| {r.what} | {r.found} | {r.goal} | {marks[r.good]} |" for r in self.rows]
        lines += ["", *(f"- {note}" for note in self.notes), ""]
        PAGE.write_text("\n".join(lines))
