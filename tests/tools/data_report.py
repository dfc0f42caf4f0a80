"""What the training and test sentences are made of: how many, how varied, how alike.

python tests/tools/data_report.py
"""

import sys
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from app.promotion import held_out_files
from app.yaml_files import read_sentences
from bot.understanding.components.likeness import like_pairs
from knowledge.text import fold, tokenise

_OPENING = 2
_DATA = ROOT / "nlu_data"
LANGUAGES = ("vi", "en", "km")


def training(lang: str) -> list[tuple[str, str]]:
    files = sorted((_DATA / lang).glob("*.yml"))
    return [sentence for path in files for sentence in read_sentences(path)]


def held_out(lang: str) -> list[tuple[str, str]]:
    return [row for path in held_out_files(lang) for row in read_sentences(path)]


def describe(texts: list[str]) -> tuple[int, float, int]:
    """Distinct openings of two words, distinct words a word, sentences nearly equal to another."""
    words = [tokenise(fold(text)) for text in texts]
    openings = {tuple(line[:_OPENING]) for line in words}
    every = Counter(word for line in words for word in line)
    alike = {index for index, _ in like_pairs(texts)}
    return len(openings), len(every) / max(1, every.total()), len(alike)


def leaks(lang: str) -> list[tuple[str, str]]:
    """(test sentence, training sentence) that are nearly the same."""
    known = [text for _, text in training(lang)]
    asked = [text for _, text in held_out(lang)]
    return [
        (asked[one - len(known)], known[other])
        for one, other in like_pairs(known + asked)
        if other < len(known) <= one
    ]


def main() -> None:
    print(f"{'intent':18}{'lang':5}{'train':>6}{'test':>6}{'openings':>10}{'types':>7}{'alike':>6}")
    for lang in LANGUAGES:
        texts: dict[str, list[str]] = defaultdict(list)
        for intent, text in training(lang):
            texts[intent].append(text)
        tested = Counter(intent for intent, _ in held_out(lang))
        for intent, mine in texts.items():
            openings, variety, alike = describe(mine)
            print(
                f"{intent:18}{lang:5}{len(mine):6}{tested[intent]:6}{openings:10}{variety:7.2f}"
                f"{alike:6}"
            )
        print(f"{lang}: {len(leaks(lang))} test sentences nearly equal to a training sentence\n")


if __name__ == "__main__":
    main()
