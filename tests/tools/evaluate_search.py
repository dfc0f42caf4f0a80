"""How often the search finds the right row of a catalogue, first and among the first three.

`PROCEDURES=FILE make eval` measures the national catalogue, which is not part of the project;
without a file the sample catalogue is searched and every question whose row it lacks counts as
absent.
"""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import bm25s
import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from app.conversations import make_index_builder
from app.importing import BadLine, read_catalogue
from knowledge.procedures import Procedure, parse_procedure_row
from knowledge.search import Index
from knowledge.text import fold, spell, tokenise

SAMPLE = ROOT / "app" / "demo_data" / "procedures.jsonl"
_THREE = 3
#: Several names of one procedure may come before those of another.
_READ = 60


@dataclass
class Counted:
    present: int = 0
    first: int = 0
    three: int = 0
    answered: int = 0
    wrong: int = 0
    absent: int = 0
    left_open: int = 0
    misses: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        places = (
            f"first {_part(self.first, self.present)}, "
            f"first three {_part(self.three, self.present)}"
        )
        if not self.absent:
            return places
        return (
            f"{places}, answered without asking back {_part(self.answered, self.present)} "
            f"({self.wrong} wrong), nothing said where nothing fits "
            f"{_part(self.left_open, self.absent)}"
        )


def read_procedures(file: Path) -> list[Procedure]:
    with file.open("rb") as stream:
        rows = read_catalogue("procedures", file.name, stream)
        return [parse_procedure_row(row) for row in rows if not isinstance(row, BadLine)]


def count(
    index: Index, codes: set[str], questions: dict[str, Any], typed: Callable[[str], str]
) -> Counted:
    counted = Counted()
    for row in questions["present"]:
        wanted = codes.intersection(row["codes"])
        if wanted:
            _count_present(counted, index, typed(row["ask"]), wanted)
    absent = [row["ask"] for row in questions["present"] if not codes.intersection(row["codes"])]
    for text in (*questions["absent"], *absent):
        counted.absent += 1
        counted.left_open += index.answer(typed(text)) is None
    return counted


def _count_present(counted: Counted, index: Index, text: str, wanted: set[str]) -> None:
    best, candidates = index.find(text, _THREE)
    found = [hit.ref in wanted for hit in candidates]
    counted.present += 1
    counted.first += found[:1] == [True]
    counted.three += any(found)
    counted.answered += best is not None
    counted.wrong += best is not None and best.ref not in wanted
    if found[:1] != [True]:
        counted.misses.append(text)


def read_sayings() -> dict[str, list[str]]:
    path = ROOT / "nlu_data" / "lookups" / "common.yml"
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {code: row["say"] for row in rows for code in row["codes"]}


def peer(
    procedures: Sequence[Procedure], sayings: dict[str, list[str]]
) -> Callable[[str], list[str]]:
    """Make a search by plain BM25 over the same names; words are compared without diacritics."""
    names = [
        (procedure.code, name)
        for procedure in procedures
        for name in (procedure.text, *procedure.aliases, *sayings.get(procedure.code, ()))
    ]
    ranking = bm25s.BM25()
    ranking.index([_bare(name) for _, name in names], show_progress=False)

    def find(text: str) -> list[str]:
        known = [word for word in _bare(text) if word in ranking.vocab_dict]
        if not known:
            return []
        best, _ = ranking.retrieve([known], k=min(_READ, len(names)), show_progress=False)
        return list(dict.fromkeys(names[number][0] for number in best[0]))[:_THREE]

    return find


def count_peer(
    find: Callable[[str], list[str]], codes: set[str], questions: dict[str, Any]
) -> Counted:
    """Count places only: plain BM25 does not tell how sure it is."""
    counted = Counted()
    for row in questions["present"]:
        if wanted := codes.intersection(row["codes"]):
            found = find(row["ask"])
            counted.present += 1
            counted.first += bool(found) and found[0] in wanted
            counted.three += not wanted.isdisjoint(found)
    return counted


def _bare(text: str) -> list[str]:
    return tokenise(fold(spell(text)))


def _part(some: int, whole: int) -> str:
    return f"{100 * some / whole:.1f} % of {whole}" if whole else "–"


def main() -> None:
    file = Path(os.environ.get("PROCEDURES") or SAMPLE)
    procedures = read_procedures(file)
    start = perf_counter()
    index = make_index_builder()(procedures, [])
    print(
        f"\nSearch over {file.name}, {len(procedures)} procedures: "
        f"index made in {perf_counter() - start:.1f} s"
    )
    codes = {procedure.code for procedure in procedures}
    peers = {
        "BM25 over names": peer(procedures, {}),
        "BM25 over names and sayings": peer(procedures, read_sayings()),
    }
    for name in ("search_national", "search_fields", "search_held", "strangers/search"):
        path = ROOT / "nlu_data" / "test" / f"{name}.yml"
        questions = yaml.safe_load(path.read_text(encoding="utf-8"))
        print(f"{name}: {count(index, codes, questions, str)}")
        folded = count(index, codes, questions, fold)
        print(f"{name} without diacritics: {folded}")
        for label, find in peers.items():
            print(f"{name}, {label} (bm25s): {count_peer(find, codes, questions)}")


if __name__ == "__main__":
    main()
