"""`make eval`: the model on the held-out sentences: how many right, how sure, what confused.

Also draws docs/images/confusion.svg and docs/images/risk-coverage.svg.
"""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from app.data_folder import open_folder
from app.model_session import open_model
from app.promotion import SETS, held_out_files, read_set
from app.settings import read_settings
from app.yaml_files import read_sentences
from bot.intents import Intent
from bot.understanding.client import Understanding, UnderstandingClient
from tests.tools.charts import draw_confusions, draw_curves

_CONFUSIONS = 12
_BINS = 15
Sentence = tuple[str, str]


class Measured(NamedTuple):
    wanted: str
    got: str
    confidence: float
    sure_from: float

    @property
    def is_right(self) -> bool:
        return self.wanted == self.got


async def read_all(client: UnderstandingClient, sentences: list[Sentence]) -> list[Measured]:
    limit = asyncio.Semaphore(8)

    async def one(wanted: str, text: str) -> Measured:
        async with limit:
            return _measured(wanted, await client.parse(text))

    return await asyncio.gather(*(one(wanted, text) for wanted, text in sentences))


def _measured(wanted: str, read: Understanding) -> Measured:
    return Measured(wanted, read.intent, read.confidence, read.sure_from)


def share(rows: list[Measured], true: Callable[[Measured], bool]) -> float:
    return sum(map(true, rows)) / len(rows) if rows else 0.0


def calibration_error(rows: list[Measured]) -> float:
    """Expected calibration error over bins that hold equally many sentences."""
    ordered = sorted(rows, key=lambda row: row.confidence)
    cuts = [len(rows) * n // _BINS for n in range(_BINS + 1)]
    gap = 0.0
    for start, end in pairwise(cuts):
        part = ordered[start:end]
        gap += abs(sum(row.confidence for row in part) - sum(row.is_right for row in part))
    return gap / len(rows)


def curve(rows: list[Measured]) -> list[tuple[float, float]]:
    """(share answered, share of these that is wrong), from the surest reading on."""
    points, wrong = [], 0
    for count, row in enumerate(sorted(rows, key=lambda row: -row.confidence), 1):
        wrong += not row.is_right
        points.append((count / len(rows), wrong / count))
    return points


def macro_f1(rows: list[Measured]) -> float:
    labels = {row.wanted for row in rows}
    scores = []
    for label in labels:
        hits = sum(row.wanted == row.got == label for row in rows)
        said = sum(row.got == label for row in rows)
        meant = sum(row.wanted == label for row in rows)
        scores.append(2 * hits / (said + meant))
    return sum(scores) / len(scores)


def report(name: str, rows: list[Measured]) -> None:
    ours = [row for row in rows if row.wanted != Intent.OUT_OF_SCOPE]
    strange = [row for row in rows if row.wanted == Intent.OUT_OF_SCOPE]
    sure = [row for row in rows if row.confidence >= row.sure_from]
    print(
        f"\n{name}: {100 * share(rows, lambda row: row.is_right):.1f} % of {len(rows)}, "
        f"macro-F1 {100 * macro_f1(rows):.1f} %\n"
        f"  calibration error {calibration_error(rows):.3f}; followed without asking "
        f"{100 * len(sure) / len(rows):.0f} %, of these wrong "
        f"{100 * share(sure, lambda row: not row.is_right):.1f} %\n"
        f"  out of scope recognised {100 * share(strange, lambda row: row.is_right):.0f} %, ours "
        f"refused {100 * share(ours, lambda row: row.got == Intent.OUT_OF_SCOPE):.1f} %"
    )
    wrong = Counter((row.wanted, row.got) for row in rows if not row.is_right)
    for (wanted, got), count in wrong.most_common(_CONFUSIONS):
        print(f"  {count:3} × {wanted} read as {got}")


async def main() -> None:
    settings = read_settings(dict(os.environ))
    measured: dict[str, list[Measured]] = {}
    async with open_model(settings, open_folder(settings)) as client:
        for name, lang, form in SETS:
            measured[name] = await read_all(client, read_set(lang, form))
            report(name, measured[name])
            strangers = len(read_sentences(held_out_files(lang)[1]))
            report(f"{name}, strangers only", measured[name][-strangers:])
    images = ROOT / "docs" / "images"
    pairs = [(row.wanted, row.got) for row in measured["Vietnamese without diacritics"]]
    draw_confusions(images / "confusion.svg", pairs)
    draw_curves(images / "risk-coverage.svg", {n: curve(rows) for n, rows in measured.items()})


if __name__ == "__main__":
    asyncio.run(main())
