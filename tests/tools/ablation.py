"""What each part of the sentence classifier is worth, and what Rasa's own classifiers reach.

    .venv-rasa/bin/python tests/tools/ablation.py parts
    .venv-rasa/bin/python tests/tools/ablation.py ours|logistic|diet [--every N] [--minutes M]

`parts`: cross-validation over the training sentences, nearly equal ones in one fold. The others:
one pipeline trained by Rasa on every N-th training sentence and read on the held-out ones, one run
each, so that the memory is its own. Those of Rasa learn the unaccented copies too, which ours makes
itself. DIET needs hours for its 100 epochs on all sentences: `--minutes` ends its training at the
first epoch after so long. Runs in the environment of the intent model.
"""

import argparse
import asyncio
import logging
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np
import structlog
import yaml
from sklearn.metrics import accuracy_score, f1_score

from bot.understanding.components import sentences as learning
from bot.understanding.components.pieces import BLOCKS
from bot.understanding.components.slips import half_bare, with_slips
from knowledge.text import fold

_DATA = ROOT / "nlu_data"
_LANGUAGES = ("vi", "en", "km")
_STRENGTH = 2.0
_FEATURES = """
recipe: default.v1
assistant_id: compared
language: vi
pipeline:
  - name: WhitespaceTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
"""
_PIPELINES = {
    "ours": """
recipe: default.v1
assistant_id: compared
language: vi
pipeline:
  - name: bot.understanding.components.intents.SentenceClassifier
  - name: bot.understanding.components.entities.CodesAndNames
    lookups: nlu_data/lookups
policies: []
""",
    "logistic": _FEATURES
    + "  - {name: LogisticRegressionClassifier, random_state: 1}\npolicies: []\n",
    "diet": _FEATURES
    + "  - {name: DIETClassifier, epochs: 100, constrain_similarities: true, random_seed: 1}\n"
    "policies: []\n",
}
#: Name, what is learnt, blocks of words and letters, what of it for what is written well.
_LEARNT, _BLOCKS, _CAREFUL = learning.LEARNT, BLOCKS, learning.CAREFUL
_VARIANTS = (
    ("as it is", _LEARNT, _BLOCKS, _CAREFUL),
    ("one machine for everything", _LEARNT, _BLOCKS, _LEARNT),
    ("without copies with slips", _LEARNT[:2], _BLOCKS, _CAREFUL),
    ("without unaccented copies", _LEARNT[:1], _BLOCKS, _CAREFUL),
    ("without letters within words", _LEARNT, _BLOCKS[:2], _CAREFUL),
    ("without letters across words", _LEARNT, (_BLOCKS[0], _BLOCKS[2]), _CAREFUL),
)


def read(files: list[Path]) -> list[tuple[str, str]]:
    """(intent, sentence)."""
    return [
        (block["intent"], line.strip().removeprefix("- "))
        for path in files
        for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]
        for line in block["examples"].splitlines()
        if line.strip()
    ]


def compare_parts() -> None:
    rows = [
        (lang, *row) for lang in _LANGUAGES for row in read(sorted((_DATA / lang).glob("*.yml")))
    ]
    langs = np.array([lang for lang, _, _ in rows])
    labels, texts = [label for _, label, _ in rows], [text for _, _, text in rows]
    right = np.searchsorted(sorted(set(labels)), labels)
    for name, learnt, blocks, careful in _VARIANTS:
        started = time.perf_counter()
        model = learning.SentenceModel(_STRENGTH, learnt, blocks, careful)
        scores = model.unseen_scores(texts, labels, list(learning.FORMS))
        found = []
        for form, table in scores.items():
            hits = table.argmax(axis=1) == right
            by_language = "/".join(f"{100 * hits[langs == lang].mean():.1f}" for lang in _LANGUAGES)
            found.append(f"{form} {by_language}")
        print(f"{name}: {', '.join(found)} ({time.perf_counter() - started:.0f} s)", flush=True)


def compare_pipeline(kind: str, every: int, minutes: float) -> None:
    # Twenty seconds to import, and only needed here.
    from rasa.core.agent import Agent  # noqa: PLC0415
    from rasa.model_training import train_nlu  # noqa: PLC0415

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    if kind == "diet":
        _end_epochs_after(60 * minutes)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "nlu.yml").write_text(_sentences(every, bare=kind != "ours"), "utf-8")
        (place / "config.yml").write_text(_PIPELINES[kind], "utf-8")
        started = time.perf_counter()
        model = train_nlu(str(place / "config.yml"), str(place / "nlu.yml"), folder)
        trained = time.perf_counter() - started
        agent = Agent.load(model)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{kind}: trained in {trained:.0f} s, at most {memory:.0f} MB", flush=True)

    async def parse(text: str) -> str:
        return str((await agent.parse_message(text))["intent"]["name"])

    asyncio.run(_read_held_out(parse))


def _end_epochs_after(seconds: float) -> None:
    """Has DIET's training say how far it is, and end at the first epoch after so long."""
    from rasa.utils.tensorflow.callback import RasaTrainingLogger  # noqa: PLC0415

    started = time.perf_counter()

    def report(self: Any, epoch: int, logs: dict[str, float] | None = None) -> None:
        past = time.perf_counter() - started
        figures = ", ".join(f"{name} {value:.3f}" for name, value in (logs or {}).items())
        print(f"  epoch {epoch + 1} after {past:.0f} s: {figures}", flush=True)
        self.model.stop_training = past > seconds

    RasaTrainingLogger.on_epoch_end = report


def _sentences(every: int, *, bare: bool) -> str:
    by_intent: dict[str, dict[str, None]] = {}
    taken = 0
    for lang in _LANGUAGES:
        for intent, text in read(sorted((_DATA / lang).glob("*.yml")))[::every]:
            copies = {text: None, fold(text): None} if bare else {text: None}
            by_intent.setdefault(intent, {}).update(copies)
            taken += 1
    lines = sum(map(len, by_intent.values()))
    print(f"{taken} sentences, {lines} different lines to learn", flush=True)
    blocks = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)}
        for intent, texts in by_intent.items()
    ]
    return yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True)


async def _read_held_out(parse: Callable[[str], Awaitable[str]]) -> None:
    times: list[float] = []
    written = {"written": lambda t, _: t, "slips": with_slips}
    accented = {**written, "bare": lambda t, _: fold(t), "half": half_bare}
    for lang in _LANGUAGES:
        for form, change in (accented if lang == "vi" else written).items():
            chance = random.Random(11)  # noqa: S311 - slips, no secret
            pairs = []
            for intent, text in read([_DATA / "test" / f"{lang}.yml"]):
                asked = change(text, chance)
                started = time.perf_counter()
                got = await parse(asked)
                times.append(1000 * (time.perf_counter() - started))
                pairs.append((intent, got))
            wanted, found = zip(*pairs, strict=True)
            right = 100 * accuracy_score(wanted, found)
            macro = 100 * f1_score(wanted, found, labels=sorted(set(wanted)), average="macro")
            print(f"  {lang} {form}: {right:.1f} %, macro-F1 {macro:.1f} %", flush=True)
    cuts = statistics.quantiles(times, n=100)
    print(f"  a sentence {cuts[49]:.1f} ms p50, {cuts[98]:.1f} ms p99")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("parts", *_PIPELINES))
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=600)
    asked_for = parser.parse_args()
    if asked_for.what == "parts":
        compare_parts()
    else:
        compare_pipeline(asked_for.what, asked_for.every, asked_for.minutes)
