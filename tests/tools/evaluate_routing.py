"""How often the right field comes first or second, and what the confidence is worth."""

import sys
from collections.abc import Callable
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from app.conversations import make_router
from knowledge.routing import ENOUGH, Router
from knowledge.text import fold
from tests.tools.halves import is_held


def report(
    name: str, router: Router, sentences: list[tuple[str, str]], typed: Callable[[str], str]
) -> None:
    rankings = [(field, router.ranking(typed(text))) for field, text in sentences]
    first = [ranking[0][0] == field for field, ranking in rankings]
    two = sum(field in (ranking[0][0], ranking[1][0]) for field, ranking in rankings)
    sure = [right for right, (_, rank) in zip(first, rankings, strict=True) if rank[0][1] >= ENOUGH]
    size = len(sentences)
    print(
        f"{name}: first {100 * sum(first) / size:.1f} %, first two {100 * two / size:.1f} % "
        f"of {size}; sure of {100 * len(sure) / size:.0f} %, "
        f"of these right {100 * sum(sure) / len(sure):.1f} %"
    )


def _read(name: str) -> list[tuple[str, str]]:
    path = ROOT / "nlu_data" / "test" / f"{name}.yml"
    sets = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [(field, text) for field, texts in sets.items() for text in texts]


def main() -> None:
    sentences, strangers = _read("routing"), _read("strangers/routing")
    held = [(field, text) for field, text in sentences if is_held(text)]
    router = make_router()
    print()
    sets = {"Routing": sentences, "Routing, held half": held, "Routing, strangers": strangers}
    for name, some in sets.items():
        report(name, router, some, str)
        report(f"{name}, without diacritics", router, some, fold)


if __name__ == "__main__":
    main()
