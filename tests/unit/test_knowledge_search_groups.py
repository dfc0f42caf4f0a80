"""Words of one group meet each other; with diacritics a word means only what is written."""

from knowledge.procedures import parse_procedure_row
from knowledge.search import Index
from knowledge.search.groups import fold_alike, groups_in
from knowledge.search.reading import words_of

ALIKE = {"rent": ["thuê", "mướn"], "burnt": ["cháy", "thiêu rụi"], "run": ["chạy"]}
ROWS = [
    {"code": "1.000001", "text": "Đăng ký thuê nhà"},
    {"code": "1.000002", "text": "Hỗ trợ nhà bị cháy"},
    {"code": "1.000003", "text": "Đăng ký bán nhà"},
]


def _index(alike: dict[str, list[str]]) -> Index:
    return Index([parse_procedure_row(row) for row in ROWS], [], {}, alike=alike)


def _first(text: str, alike: dict[str, list[str]] = ALIKE) -> str:
    hits = _index(alike).search(text)
    return hits[0].ref if hits else ""


def test_a_word_finds_names_that_say_another_of_its_group() -> None:
    assert _first("mướn") == "1.000001"
    assert not _first("mướn", {})


def test_an_expression_of_several_words_stands_for_one() -> None:
    assert _first("bị thiêu rụi") == "1.000002"


def _groups(text: str) -> set[str]:
    return {group for _, _, group in groups_in(words_of(text), fold_alike(ALIKE))}


def test_a_word_with_diacritics_means_only_what_is_written() -> None:
    assert _groups("xe bị cháy") == {"#burnt"}
    assert _groups("chạy xe") == {"#run"}


def test_without_diacritics_both_are_meant() -> None:
    assert _groups("chay xe") == {"#burnt", "#run"}
    assert _first("muon nha") == "1.000001"
