"""What shares a single syllable with a question is about something else."""

import pytest

from knowledge.faqs import Faq
from knowledge.procedures import Procedure
from knowledge.search import Index, parse_lexicon
from knowledge.text import Language, fold

BIRTH = Procedure("1.001193", "Thủ tục đăng ký khai sinh")
CARD = Procedure("1.014064", "Cấp lại thẻ căn cước")
LICENCE = Procedure("3.000348", "Cấp lại giấy phép lái xe", aliases=("làm lại bằng lái",))
LAND = Procedure("1.012786", "Cấp lại Giấy chứng nhận quyền sử dụng đất do bị mất")
PASSPORT = Procedure("1.001456", "Cấp hộ chiếu phổ thông")
HOUSEHOLD = Procedure("1.010038", "Tách hộ")
PROCEDURES = [BIRTH, CARD, LICENCE, LAND, PASSPORT, HOUSEHOLD]
SCHOOL = Faq("school", Language.VI, "Học sinh công lập có phải đóng học phí không?", "Không.")
WATER = Faq("water", Language.VI, "Nước máy yếu vào buổi chiều thì báo ai?", "Báo xã.")
LOST = Faq("lost", Language.VI, "Bị mất giấy chứng nhận đất thì làm lại thế nào?", "Báo xã.")
HOURS = Faq("hours", Language.EN, "What are the opening hours?", "From 7.")
LEXICON = parse_lexicon([{"say": "sổ đỏ", "means": "giấy chứng nhận quyền sử dụng đất"}])
#: "sinh" alone is a member, as people say it of a birth.
ALIKE = {"born": ["sinh", "khai sinh", "sanh con"], "land_book": ["sổ đỏ", "sổ"]}


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(PROCEDURES, [SCHOOL, WATER, LOST, HOURS], LEXICON, alike=ALIKE)


def about(index: Index, text: str) -> set[str]:
    return {hit.ref for hit in index.about(text, index.search(text, 20))}


@pytest.mark.parametrize("typed", [str, fold])
@pytest.mark.parametrize(
    ("question", "refs"),
    [
        ("khai sinh", {BIRTH.code}),
        ("hộ chiếu", {PASSPORT.code}),
        ("tách hộ", {HOUSEHOLD.code}),
        ("làm lại căn cước", {CARD.code}),
        ("mất sổ đỏ", {LAND.code, "lost"}),
    ],
)
def test_only_rows_with_an_expression_of_the_question_are_left(
    index: Index, typed: type[str], question: str, refs: set[str]
) -> None:
    assert about(index, typed(question)) == refs
    assert {hit.ref for hit in index.search(typed(question), 20)} > refs


def test_a_single_word_leaves_everything(index: Index) -> None:
    for text in ("hộ", "mất", "passport"):
        hits = index.search(text, 20)
        assert index.about(text, hits) == hits


def test_where_no_row_has_an_expression_all_stay(index: Index) -> None:
    hits = index.search("hộ chíu", 20)
    assert hits
    assert index.about("hộ chíu", hits) == hits


def test_english_has_expressions_too(index: Index) -> None:
    assert about(index, "opening hours") == {"hours"}


def test_of_nothing_nothing_is_left(index: Index) -> None:
    assert index.about("khai sinh", []) == []
    assert index.about("", []) == []
