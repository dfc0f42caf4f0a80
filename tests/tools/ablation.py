"""What each part of the sentence classifier is worth, and what Rasa's own classifiers reach.

    .venv-rasa/bin/python tests/tools/ablation.py [ours] [logistic] [diet]

Ours: cross-validation over the training sentences, nearly equal ones in one fold. Rasa's: trained
on the training sentences and their unaccented copies, read on the held-out ones. DIET needs hours
on two busy cores. Runs in the environment of the intent model.
"""

import asyncio
import logging
import random
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np
import structlog
import yaml

from bot.understanding.components import sentences as learning
from bot.understanding.components.slips import half_bare, with_slips
from knowledge.text import fold

_DATA = ROOT / "nlu_data"
_LANGUAGES = ("vi", "en", "km")
_STRENGTH = 0.7
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
}
#: Name, what is learnt, kinds of words and letters.
_VARIANTS = (
    ("as it is", learning.LEARNT, ("word", 1, 2), ("char", 2, 5)),
    ("without copies with slips", ("written", "bare"), ("word", 1, 2), ("char", 2, 5)),
    ("without unaccented copies", ("written",), ("word", 1, 2), ("char", 2, 5)),
    ("letters within words", learning.LEARNT, ("word", 1, 2), ("char_wb", 2, 5)),
    ("words 1-3, letters 3-6", learning.LEARNT, ("word", 1, 3), ("char_wb", 3, 6)),
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
    for name, learnt, *kinds in _VARIANTS:
        started = time.perf_counter()
        model = learning.SentenceModel(_STRENGTH, learnt, tuple(kinds))
        scores = model.unseen_scores(texts, labels, list(learning.FORMS))
        found = []
        for form, table in scores.items():
            hits = table.argmax(axis=1) == right
            by_language = "/".join(f"{100 * hits[langs == lang].mean():.1f}" for lang in _LANGUAGES)
            found.append(f"{form} {by_language}")
        print(f"{name}: {', '.join(found)} ({time.perf_counter() - started:.0f} s)", flush=True)


def compare_rasa(kind: str) -> None:
    # Twenty seconds to import, and only needed here.
    from rasa.core.agent import Agent  # noqa: PLC0415
    from rasa.model_training import train_nlu  # noqa: PLC0415

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "nlu.yml").write_text(_with_bare_copies(), "utf-8")
        (place / "config.yml").write_text(
            _FEATURES + _CLASSIFIERS[kind] + "policies: []\n", "utf-8"
        )
        started = time.perf_counter()
        model = train_nlu(str(place / "config.yml"), str(place / "nlu.yml"), folder)
        trained = time.perf_counter() - started
        agent = Agent.load(model)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"Rasa's {kind}: trained in {trained:.0f} s, at most {memory:.0f} MB", flush=True)
    asyncio.run(_read_held_out(agent))


def _with_bare_copies() -> str:
    by_intent: dict[str, dict[str, None]] = {}
    for lang in _LANGUAGES:
        for intent, text in read(sorted((_DATA / lang).glob("*.yml"))):
            by_intent.setdefault(intent, {}).update({text: None, fold(text): None})
    blocks = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)}
        for intent, texts in by_intent.items()
    ]
    return yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True)


async def _read_held_out(agent: object) -> None:
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
                answer = await agent.parse_message(asked)  # type: ignore[attr-defined]
                times.append(1000 * (time.perf_counter() - started))
                pairs.append((intent, answer["intent"]["name"]))
            hits = sum(wanted == got for wanted, got in pairs)
            print(f"  {lang} {form}: {100 * hits / len(pairs):.1f} %", flush=True)
    cuts = statistics.quantiles(times, n=100)
    print(f"  a sentence {cuts[49]:.1f} ms p50, {cuts[98]:.1f} ms p99")


if __name__ == "__main__":
    for wanted in sys.argv[1:] or ["ours", "logistic"]:
        if wanted == "ours":
            compare_ours()
        else:
            compare_rasa(wanted)
