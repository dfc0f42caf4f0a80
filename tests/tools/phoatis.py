"""Our sentence classifier on PhoATIS, the public Vietnamese intent set, beside a plain SVM.

    .venv-rasa/bin/python tests/tools/phoatis.py FOLDER

FOLDER is `PhoATIS/syllable-level` of a local copy of the repository VinAIResearch/JointIDSF. The
set is for research only: nothing of it is kept here. Runs in the environment of the intent model.
"""

import argparse
import math
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from bot.understanding.components.sentences import SentenceModel
from knowledge.text import fold

Sentences = list[tuple[str, str]]
Answers = list[str]
STRENGTH = 2.0


def read(folder: Path, part: str) -> Sentences:
    texts = (folder / part / "seq.in").read_text("utf-8").splitlines()
    labels = (folder / part / "label").read_text("utf-8").splitlines()
    return list(zip(texts, labels, strict=True))


def ours(known: Sentences, asked: list[str]) -> Answers:
    model = SentenceModel(STRENGTH)
    model.fit([text for text, _ in known], [label for _, label in known])
    return [model.rank(text)[0][0] for text in asked]


def plain(known: Sentences, asked: list[str]) -> Answers:
    """Balanced SVM over words 1-3 and letters 3-6, as published for this kind of set."""
    model = make_pipeline(
        make_union(
            TfidfVectorizer(ngram_range=(1, 3), sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 6), sublinear_tf=True),
        ),
        LinearSVC(class_weight="balanced", random_state=0),
    )
    model.fit([text for text, _ in known], [label for _, label in known])
    return [str(label) for label in model.predict(asked)]


def share(found: Answers, right: Answers) -> float:
    return sum(f == r for f, r in zip(found, right, strict=True)) / len(right)


def mcnemar(one: Answers, other: Answers, right: Answers) -> tuple[int, int, float]:
    """Sentences only `one` and only `other` has right, and the exact two-sided p."""
    rows = list(zip(one, other, right, strict=True))
    first = sum(a == r != b for a, b, r in rows)
    second = sum(b == r != a for a, b, r in rows)
    total = first + second
    tail = sum(math.comb(total, k) for k in range(min(first, second) + 1)) / 2**total
    return first, second, min(1.0, 2 * tail)


def main() -> None:
    parser = argparse.ArgumentParser(description="our classifier on PhoATIS")
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    known = read(folder, "train") + read(folder, "dev")
    test = read(folder, "test")
    right = [label for _, label in test]
    forms = {"as written": [t for t, _ in test], "without diacritics": [fold(t) for t, _ in test]}
    for name, asked in forms.items():
        started = time.perf_counter()
        mine = ours(known, asked)
        seconds = time.perf_counter() - started
        theirs = plain(known, asked)
        first, second, p = mcnemar(mine, theirs, right)
        print(
            f"{name}: ours {100 * share(mine, right):.1f} % ({seconds:.0f} s with training), "
            f"plain SVM {100 * share(theirs, right):.1f} %; "
            f"only ours right {first}, only the other {second}, McNemar p = {p:.3f}"
        )


if __name__ == "__main__":
    main()
