"""Gives the guard its lists and the sentences it learns from."""

from collections.abc import Iterator
from pathlib import Path

from app.yaml_files import load_yaml, read_sentences
from bot.guard import Guard, Sense, Urgency
from knowledge.fields import Field
from knowledge.text import Language

#: Near misses, and what may be argued about and is learnt neither way.
_ORDINARY, _ARGUABLE = "ordinary", "arguable"


def read_guard(nlu_data: Path) -> Guard:
    """Raises OSError or a YAML error when its lists cannot be read: no start without a guard."""
    folder = nlu_data / "guard"
    examples = read_examples(folder / "examples")
    alarms = {urgency: examples[urgency] for urgency in Urgency}
    # Among the sentences of the intents are a few that are urgent: those are labelled here.
    known = {text for texts in examples.values() for text in texts}
    everyday = [text for text in dict.fromkeys(_everyday(nlu_data)) if text not in known]
    sense = Sense(alarms, examples[_ORDINARY], everyday)
    return Guard({urgency: load_yaml(folder / f"{urgency}.yml") for urgency in Urgency}, sense)


def read_examples(folder: Path) -> dict[str, list[str]]:
    """Join the files of all topics: label → sentences."""
    found: dict[str, list[str]] = {label: [] for label in (*Urgency, _ORDINARY, _ARGUABLE)}
    for path in sorted(folder.glob("*.yml")):
        for label, texts in load_yaml(path).items():
            found[label] += texts
    return found


def _everyday(nlu_data: Path) -> Iterator[str]:
    """What the intents, the search and the routing learn from: ordinary messages."""
    for row in load_yaml(nlu_data / "lookups" / "common.yml"):
        yield from row["say"]
    for field in Field:
        yield from load_yaml(nlu_data / "routing" / f"{field}.yml")
    for lang in Language:
        for path in sorted((nlu_data / lang.value).glob("*.yml")):
            yield from (text for _, text in read_sentences(path))
