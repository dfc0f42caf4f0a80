"""What each part of the sentence classifier is worth, and what Rasa's own classifiers reach.

    .venv-rasa/bin/python tests/tools/ablation.py [ours] [logistic] [diet] [small]

Ours: cross-validation over the training sentences, nearly equal ones in one fold. Rasa's: trained
on the training sentences and their unaccented copies, read on the held-out ones. DIET needs hours
on two busy cores; `small` trains ours, the logistic regression and DIET, for fewer epochs, on every
eighth sentence. Runs in the environment of the intent model.
"""

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

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np
import structlog
import yaml

from bot.understanding.components import sentences as learning
from bot.understanding.components.pieces import BLOCKS
from bot.understanding.components.slips import half_bare, with_slips
from knowledge.text import fold

_DATA = ROOT / "nlu_data"
_LANGUAGES = ("vi", "en", "km")
_STRENGTH = 0.5
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
_CLASSIFIERS = {
    "logistic": "  - {name: LogisticRegressionClassifier, random_state: 1}\n",
    "diet": "  - {name: DIETClassifier, epochs: 100, constrain_similarities: true, "
    "random_seed: 1}\n",
    "diet, 8 epochs": "  - {name: DIETClassifier, epochs: 8, constrain_similarities: true, "
    "random_seed: 1}\n",
}
_SMALL_STEP = 8
#: Name, what is learnt, blocks of words and letters.
_LEARNT, _BLOCKS = learning.LEARNT, BLOCKS
_VARIANTS = (
    ("as it is", _LEARNT, _BLOCKS),
    ("without copies with slips", _LEARNT[:2], _BLOCKS),
    ("without unaccented copies", _LEARNT[:1], _BLOCKS),
    ("without letters within words", _LEARNT, _BLOCKS[:2]),
    ("without letters across words", _LEARNT, (_BLOCKS[0], _BLOCKS[2])),
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


def compare_ours() -> None:
    rows = [
        (lang, *row) for lang in _LANGUAGES for row in read(sorted((_DATA / lang).glob("*.yml")))
    ]
    langs = np.array([lang for lang, _, _ in rows])
    labels, texts = [label for _, label, _ in rows], [text for _, _, text in rows]
    right = np.searchsorted(sorted(set(labels)), labels)
    for name, learnt, blocks in _VARIANTS:
        started = time.perf_counter()
        model = learning.SentenceModel(_STRENGTH, learnt, blocks)
        scores = model.unseen_scores(texts, labels, list(learning.FORMS))
        found = []
        for form, table in scores.items():
            hits = table.argmax(axis=1) == right
            by_language = "/".join(f"{100 * hits[langs == lang].mean():.1f}" for lang in _LANGUAGES)
            found.append(f"{form} {by_language}")
        print(f"{name}: {', '.join(found)} ({time.perf_counter() - started:.0f} s)", flush=True)


def compare_rasa(kind: str, step: int = 1) -> None:
    # Twenty seconds to import, and only needed here.
    from rasa.core.agent import Agent  # noqa: PLC0415
    from rasa.model_training import train_nlu  # noqa: PLC0415

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "nlu.yml").write_text(_with_bare_copies(step), "utf-8")
        (place / "config.yml").write_text(
            _FEATURES + _CLASSIFIERS[kind] + "policies: []\n", "utf-8"
        )
        started = time.perf_counter()
        model = train_nlu(str(place / "config.yml"), str(place / "nlu.yml"), folder)
        trained = time.perf_counter() - started
        agent = Agent.load(model)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"Rasa's {kind}: trained in {trained:.0f} s, at most {memory:.0f} MB", flush=True)

    async def parse(text: str) -> str:
        return str((await agent.parse_message(text))["intent"]["name"])

    asyncio.run(_read_held_out(parse))


def compare_on_few() -> None:
    rows = [
        row
        for lang in _LANGUAGES
        for row in read(sorted((_DATA / lang).glob("*.yml")))[::_SMALL_STEP]
    ]
    started = time.perf_counter()
    model = learning.SentenceModel(_STRENGTH)
    model.train([text for _, text in rows], [intent for intent, _ in rows])
    print(f"ours on {len(rows)}: trained in {time.perf_counter() - started:.0f} s", flush=True)

    async def parse(text: str) -> str:
        return model.rank(text)[0][0]

    asyncio.run(_read_held_out(parse))
    for kind in ("logistic", "diet, 8 epochs"):
        compare_rasa(kind, _SMALL_STEP)


def _with_bare_copies(step: int) -> str:
    by_intent: dict[str, dict[str, None]] = {}
    for lang in _LANGUAGES:
        for intent, text in read(sorted((_DATA / lang).glob("*.yml")))[::step]:
            by_intent.setdefault(intent, {}).update({text: None, fold(text): None})
    blocks = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)}
        for intent, texts in by_intent.items()
    ]
    return yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True)


async def _read_held_out(parse: Callable[[str], Awaitable[str]]) -> None:
    times: list[float] = []
    forms = {"written": lambda t, _: t, "bare": lambda t, _: fold(t)}
    for lang in _LANGUAGES:
        known = forms if lang != "vi" else {**forms, "half": half_bare, "slips": with_slips}
        for form, change in known.items():
            chance = random.Random(11)  # noqa: S311 - slips, no secret
            pairs = []
            for intent, text in read([_DATA / "test" / f"{lang}.yml"]):
                asked = change(text, chance)
                started = time.perf_counter()
                got = await parse(asked)
                times.append(1000 * (time.perf_counter() - started))
                pairs.append((intent, got))
            hits = sum(wanted == got for wanted, got in pairs)
            print(f"  {lang} {form}: {100 * hits / len(pairs):.1f} %", flush=True)
    cuts = statistics.quantiles(times, n=100)
    print(f"  a sentence {cuts[49]:.1f} ms p50, {cuts[98]:.1f} ms p99")


if __name__ == "__main__":
    for wanted in sys.argv[1:] or ["ours", "logistic"]:
        if wanted == "ours":
            compare_ours()
        elif wanted == "small":
            compare_on_few()
        else:
            compare_rasa(wanted)
