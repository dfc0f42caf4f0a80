"""How many emergencies the guard sees and how often it is wrong."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from app.conversations import make_guard
from bot.guard import Guard, Urgency
from knowledge.text import fold
from tests.tools.halves import is_held

TESTS = ROOT / "nlu_data" / "test"


def _load(name: str) -> Any:
    return yaml.safe_load((TESTS / f"{name}.yml").read_text(encoding="utf-8"))


def _sets(name: str) -> dict[str, list[str]]:
    """Kind → sentences of all languages."""
    return {
        kind: [text for texts in languages.values() for text in texts]
        for kind, languages in _load(name).items()
    }


def report(
    name: str, guard: Guard, sets: dict[str, list[str]], typed: Callable[[str], str]
) -> None:
    seen = {kind: [guard.check(typed(text)) for text in texts] for kind, texts in sets.items()}
    alarms = [found for urgency in Urgency for found in seen[urgency]]
    caught = sum(found is not None for found in alarms)
    line = f"{name}: {100 * caught / len(alarms):.1f} % of {len(alarms)} alarms seen"
    for kind in ("ordinary", "everyday"):
        false = sum(found is not None for found in seen[kind])
        line += f"; {false} false of {len(seen[kind])} {kind}"
    print(line)


def main() -> None:
    sets, strangers = _sets("guard"), _sets("strangers/guard")
    sets["everyday"] = [row["ask"] for row in _load("search_national")["present"]]
    sets["everyday"] += [text for texts in _load("routing").values() for text in texts]
    strangers["everyday"] = [row["ask"] for row in _load("strangers/search")["present"]]
    strangers["everyday"] += [
        text for texts in _load("strangers/routing").values() for text in texts
    ]
    held = {kind: [text for text in texts if is_held(text)] for kind, texts in sets.items()}
    guard = make_guard()
    print()
    measured = {"Guard": sets, "Guard, held half": held, "Guard, strangers": strangers}
    for name, some in measured.items():
        report(name, guard, some, str)
        report(f"{name}, without diacritics", guard, some, fold)


if __name__ == "__main__":
    main()
