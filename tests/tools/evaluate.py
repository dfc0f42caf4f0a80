"""`make eval`: the trained model on the held-out sentences, and what it confuses."""

import asyncio
import os
import sys
from collections import Counter
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from app.data_folder import open_folder
from app.model_session import open_model
from app.settings import read_settings
from bot.understanding.client import UnderstandingClient
from knowledge.text import fold

_CONFUSIONS = 12
Sentence = tuple[str, str]


def read_sentences(path: Path) -> list[Sentence]:
    """(intent, sentence) of a test file."""
    found = []
    for block in yaml.safe_load(path.read_text())["nlu"]:
        lines = block["examples"].splitlines()
        found += [(block["intent"], line.removeprefix("- ").strip()) for line in lines if line]
    return found


async def read_all(client: UnderstandingClient, sentences: list[Sentence]) -> list[str]:
    limit = asyncio.Semaphore(8)

    async def one(text: str) -> str:
        async with limit:
            return (await client.parse(text)).intent

    return await asyncio.gather(*(one(text) for _, text in sentences))


def report(name: str, sentences: list[Sentence], found: list[str]) -> None:
    pairs = [(wanted, got) for (wanted, _), got in zip(sentences, found, strict=True)]
    right = sum(wanted == got for wanted, got in pairs)
    print(f"\n{name}: {right}/{len(pairs)} = {100 * right / len(pairs):.1f} %")
    print(f"  macro-F1 {100 * macro_f1(pairs):.1f} %")
    wrong = Counter(pair for pair in pairs if pair[0] != pair[1])
    for (wanted, got), count in wrong.most_common(_CONFUSIONS):
        print(f"  {count:3} × {wanted} read as {got}")


def macro_f1(pairs: list[tuple[str, str]]) -> float:
    labels = {wanted for wanted, _ in pairs}
    scores = []
    for label in labels:
        hits = sum(wanted == got == label for wanted, got in pairs)
        said = sum(got == label for _, got in pairs)
        meant = sum(wanted == label for wanted, _ in pairs)
        scores.append(2 * hits / (said + meant))
    return sum(scores) / len(scores)


async def main() -> None:
    settings = read_settings(dict(os.environ))
    folder = ROOT / "nlu_data" / "test"
    vietnamese = read_sentences(folder / "vi.yml")
    sets = {
        "Vietnamese": vietnamese,
        "Vietnamese without diacritics": [(intent, fold(text)) for intent, text in vietnamese],
        "English": read_sentences(folder / "en.yml"),
        "Khmer": read_sentences(folder / "km.yml"),
    }
    async with open_model(settings, open_folder(settings)) as client:
        for name, sentences in sets.items():
            report(name, sentences, await read_all(client, sentences))


if __name__ == "__main__":
    asyncio.run(main())
