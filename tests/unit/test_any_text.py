"""Whatever is typed, every step of understanding has an answer; how soon is for `make bench`."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Protocol

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.conversations import make_guard, make_index_builder, make_router
from bot.guard import Guard
from bot.understanding.components.masking import mask
from bot.understanding.readings import LONGEST, make_question
from knowledge.codes import find_codes
from knowledge.faqs import Faq
from knowledge.moments import find_moments
from knowledge.phones import find_phones
from knowledge.procedures import Procedure
from knowledge.routing import Router
from knowledge.search import Index, aspect
from knowledge.text import (
    Language,
    both_ends,
    clean,
    clean_mapped,
    fold,
    fold_mapped,
    language,
    place_in_whole,
    spell,
    tokenise,
)

#: Pieces people and programs type; drawn together they make what nobody thought of.
PIECES = (
    *("làm giấy khai sinh", "lam sao", "hồ sơ", "cháy nhà", "trẻ bị đánh", "how much", "ស្នើសុំ"),
    *(
        "000.00.12.H59-231105-0004",
        "000.00.12.H59-",
        "a22 22",
        "0903 123 456",
        "0 9 0 3",
        "1.001193",
    ),
    *("12/11/2026", "12/", "mùng mười tháng chạp", "thứ hai tuần sau", "/affirm{", "[x](place)"),
    *("'; DROP TABLE", "<b>", "&#x0;", "\x00", "\u200b", "\u202e", "\ufeff", "\u2028", "\r", " "),
    *("😂", "👍🏽", "👨‍👩‍👧", "登録", "паспорт", "مرحبا", "\ufdfa", "İ", "ﬃ", "\u0301\u0323\u0345"),
    *("\u1112\u1161\u11ab", "\u17d2", "\ud800", "ạaaa", "uuuu", "OoO", "９９", "²", "½"),
)
texts = st.one_of(
    st.text(st.characters(), max_size=60),
    st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join),
    st.builds(lambda piece, n: piece * n, st.sampled_from(PIECES), st.integers(2, 400)),
)


class Placed(Protocol):
    """Something found in a text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


#: The slowest of them is far below; a second only says that something hangs.
patient = settings(deadline=1000)


@pytest.fixture(scope="module")
def index() -> Index:
    procedures = [
        Procedure("1.001193", "Thủ tục đăng ký khai sinh"),
        Procedure("1.000894", "Thủ tục đăng ký kết hôn"),
        Procedure("1.012783", "Cấp đổi Giấy chứng nhận quyền sử dụng đất"),
    ]
    return make_index_builder()(procedures, [Faq("F1", Language.VI, "Mấy giờ làm việc?", "…")])


@pytest.fixture(scope="module")
def guard() -> Guard:
    return make_guard()


@pytest.fixture(scope="module")
def router() -> Router:
    return make_router()


@given(texts)
@patient
def test_text_has_a_readable_form_and_a_language(text: str) -> None:
    assert language(text) in Language
    assert fold(fold(text)) == fold(text)
    assert spell(spell(text)) == spell(text)
    assert all(tokenise(spell(text)))
    aspect(text)
    assert (clean_mapped(text).text, fold_mapped(text).text) == (clean(text), fold(text))
    for mapped in (clean_mapped(text), fold_mapped(text)):
        assert len(mapped.text) == len(mapped.starts) == len(mapped.ends)
        assert all(0 <= a < b <= len(text) for a, b in zip(mapped.starts, mapped.ends, strict=True))


@given(texts)
@patient
def test_what_is_found_stands_in_the_text(text: str) -> None:
    every: tuple[Sequence[Placed], ...] = (find_codes(text), find_phones(text), find_moments(text))
    for found in every:
        assert all(0 <= item.start < item.end <= len(text) for item in found)
        assert all(a.end <= b.start for a, b in pairwise(found))
    mask(text)


@given(texts)
@patient
def test_the_guard_the_search_and_the_router_answer(
    guard: Guard, index: Index, router: Router, text: str
) -> None:
    guard.check(text)
    best, candidates = index.find(text, 5)
    assert best is None or best in candidates
    assert len(candidates) <= 5
    routing = router.propose(text, "", date(2026, 11, 20), [])
    assert sum(chance for _, chance in routing.ranking) == pytest.approx(1)


@given(texts, st.data())
@patient
def test_what_the_model_gets_leads_back_to_what_was_typed(text: str, data: st.DataObject) -> None:
    question = make_question(text)
    assert len(question.short) <= LONGEST
    if question.sent:
        start = data.draw(st.integers(0, len(question.sent) - 1))
        end = data.draw(st.integers(start + 1, len(question.sent)))
        first, last = question.span(start, end)
        assert 0 <= first < last <= len(text)


@given(st.text("abc\n", max_size=60), st.integers(8, 50))
@example("a" * 8, 8)
@example("a" * 9, 8)
def test_both_ends_of_a_text_are_read(text: str, longest: int) -> None:
    short = both_ends(text, longest)
    assert len(short) == min(len(text), longest)
    places = [place_in_whole(place, text, longest) for place in range(len(short))]
    assert places == sorted(set(places))
    left_out = [short[i] != text[place] for i, place in enumerate(places)]
    assert sum(left_out) <= 1
    assert (short[0], short[-1]) == (text[0], text[-1]) if text else not short


@pytest.mark.parametrize("size", [1999, 2000, 2001, 100_000])
def test_an_emergency_at_either_end_of_a_long_text_is_seen(guard: Guard, size: int) -> None:
    story = ("hôm qua em đi chợ mua rau. " * (size // 27 + 1))[:size]
    assert guard.check(f"Cháy nhà cứu với. {story}") == "emergency"
    assert guard.check(f"{story}. Cháy nhà cứu với") == "emergency"


def test_a_question_at_either_end_of_a_long_text_is_found(index: Index) -> None:
    story = "Nhà em ở xa, đường đi lại khó khăn. " * 500
    for text in (f"Đăng ký kết hôn cần gì? {story}", f"{story} Mã thủ tục 1.000894"):
        assert index.find(text, 1)[1][0].ref == "1.000894"
