"""The files of `nlu_data/` that are written by a command: one for each kind of label.

Sentences of an intent join the training data of their language, in Rasa's own form; names of
procedures and questions for a ready answer join the search; sentences of a field join the router.
"""

import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from app.yaml_files import load_yaml, read_sentences
from knowledge.faqs import Faq
from knowledge.text import Language, fold, language

#: In the folders of languages, lookups and routing.
LEARNED = "learned.yml"
_FAQ_NAME = "learned_faqs.yml"
_HEAD = "# Written by `hoidap samples export`: masked words of citizens, labelled by editors.\n"
_ABOUT = {
    "procedures": "# As common.yml: how people name a procedure.\n",
    "faqs": "# Other questions for a ready answer, by its id.\n",
    "fields": "# As the other files of this folder, by field.\n",
}
#: Longer lines are never folded: one sentence, one line.
_WIDTH = 10_000

#: Sentences by what they are examples of, each in the order of its folded words.
Sentences = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Learned:
    """`intents` by language; `procedures` by code, `faqs` by id, `fields` by name."""

    intents: Mapping[str, Sentences] = field(default_factory=dict)
    procedures: Sentences = field(default_factory=dict)
    faqs: Sentences = field(default_factory=dict)
    fields: Sentences = field(default_factory=dict)


def read_learned(folder: Path) -> Learned:
    """Everything that was exported so far; nothing where there is no file."""
    return Learned(
        intents={lang.value: _read_intents(folder / lang.value / LEARNED) for lang in Language},
        procedures=_read_rows(folder / "lookups" / LEARNED, lambda row: row["codes"][0]),
        faqs=_read_rows(folder / "lookups" / _FAQ_NAME, lambda row: row["id"]),
        fields=sorted_sentences(_load(folder / "routing" / LEARNED) or {}),
    )


def write_learned(folder: Path, learned: Learned) -> None:
    """Replace the files, each in one step; the same sentences make the same files."""
    for lang, sentences in learned.intents.items():
        _write(folder / lang / LEARNED, _intents_text(sentences) if sentences else "")
    rows = [{"codes": [code], "say": list(said)} for code, said in learned.procedures.items()]
    _write_rows(folder / "lookups" / LEARNED, "procedures", rows)
    questions = [{"id": ref, "say": list(said)} for ref, said in learned.faqs.items()]
    _write_rows(folder / "lookups" / _FAQ_NAME, "faqs", questions)
    fields = {name: list(said) for name, said in learned.fields.items()}
    _write_rows(folder / "routing" / LEARNED, "fields", fields)


def sorted_sentences(sentences: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Without what differs in capitals and diacritics only, in an order that never changes."""
    found = {}
    for name in sorted(sentences):
        first: dict[str, str] = {}
        for said in sentences[name]:
            first.setdefault(" ".join(fold(said).split()), said)
        if first:
            found[name] = tuple(first[key] for key in sorted(first))
    return found


def with_sayings(rows: Iterable[Mapping[str, Any]], learned: Sentences) -> list[dict[str, Any]]:
    """Rows of `common.yml` with what was learnt of the same procedures, and rows for the others."""
    left = dict(learned)
    joined = []
    for row in rows:
        more = [said for code in row["codes"] for said in left.pop(code, ())]
        known = {fold(said) for said in row["say"]}
        new = [said for said in more if fold(said) not in known]
        joined.append({**row, "say": [*row["say"], *new]})
    return [*joined, *({"codes": [code], "say": list(said)} for code, said in left.items())]


def with_questions(faqs: Iterable[Faq], learned: Sentences) -> list[Faq]:
    """Ready answers with the questions learnt for them, each in its language where there is one."""
    rows = list(faqs)
    known = {(faq.id, faq.lang) for faq in rows}

    def more(faq: Faq) -> tuple[str, ...]:
        said = learned.get(faq.id, ())
        spoken = {one: Language(language(one)) for one in said}
        return tuple(
            one
            for one in said
            if spoken[one] is faq.lang
            or (faq.lang is Language.VI and (faq.id, spoken[one]) not in known)
        )

    return [replace(faq, aliases=(*faq.aliases, *more(faq))) for faq in rows]


def _read_intents(path: Path) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for intent, said in read_sentences(path) if path.is_file() else ():
        found.setdefault(intent, []).append(said)
    return sorted_sentences(found)


def _read_rows(path: Path, key: Any) -> dict[str, tuple[str, ...]]:
    return sorted_sentences({key(row): row["say"] for row in _load(path) or ()})


def _load(path: Path) -> Any:
    return load_yaml(path) if path.is_file() else None


def _intents_text(sentences: Sentences) -> str:
    blocks = (
        f"- intent: {intent}\n  examples: |\n" + "".join(f"    - {said}\n" for said in said_so)
        for intent, said_so in sentences.items()
    )
    return f'{_HEAD}version: "3.1"\n\nnlu:\n' + "\n".join(blocks)


def _write_rows(path: Path, about: str, rows: Any) -> None:
    text = yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=_WIDTH) if rows else ""
    _write(path, f"{_HEAD}{_ABOUT[about]}{text}" if rows else "")


def _write(path: Path, text: str) -> None:
    """An empty file is no file; the new one appears whole, after it is on the disk."""
    if not text:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not `.yml`: nobody may read half of it.
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
