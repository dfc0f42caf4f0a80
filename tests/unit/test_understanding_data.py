"""What editors keep in files: every entry has its reason, leads somewhere and stands once."""

from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from app.conversations import make_index_builder
from knowledge.fields import Field
from knowledge.procedures import Procedure
from knowledge.search import Index
from knowledge.text import fold

DATA = Path(__file__).parents[2] / "nlu_data"


def _load(path: str) -> Any:
    return yaml.safe_load((DATA / path).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def index() -> Index:
    of_commune = partial(Procedure, level="Cấp xã", subjects="Công dân Việt Nam")
    rows = [
        of_commune("1.001193", "Thủ tục đăng ký khai sinh"),
        of_commune("1.004859", "Thủ tục thay đổi, cải chính, bổ sung thông tin hộ tịch"),
        of_commune("1.014064", "Cấp lại thẻ căn cước"),
        of_commune("1.014063", "Cấp đổi thẻ căn cước"),
    ]
    return make_index_builder()(rows, [])


def test_four_hundred_daily_expressions_have_their_reason() -> None:
    rows = _load("lookups/lexicon.yml")
    assert len({(fold(row["say"]), row["means"]) for row in rows}) >= 400
    assert [row for row in rows if not (row["say"] and row["means"] and row["why"])] == []


def test_common_matters_are_named_once_and_in_known_fields() -> None:
    rows = _load("lookups/common.yml")
    sayings = [fold(text) for row in rows for text in row["say"]]
    codes = [code for row in rows for code in row["codes"]]
    assert len(rows) >= 300
    assert len(codes) == len(set(codes))
    assert [text for text in sayings if sayings.count(text) > 1] == []
    assert {row["field"] for row in rows if "field" in row} <= set(Field)


def test_expressions_of_a_group_are_short_and_stand_in_it_once() -> None:
    for name, expressions in _load("lookups/alike.yml").items():
        assert len(expressions) == len(set(expressions)), name
        assert max(len(expression.split()) for expression in expressions) <= 8, name


def test_no_question_of_a_test_is_a_saying() -> None:
    sayings = {fold(text) for row in _load("lookups/common.yml") for text in row["say"]}
    for name in ("search_fields", "search_held", "search_national"):
        asked = [fold(row["ask"]) for row in _load(f"test/{name}.yml")["present"]]
        assert sayings.isdisjoint(asked), name


def test_what_no_row_has_is_left_open(index: Index) -> None:
    # "mở quán karaoke" is named as something people ask for, so the nearest row does not answer.
    for text in ("mở quán karaoke", "làm hộ chiếu", "gia vang hom nay", "sang tên sổ đỏ"):
        assert index.answer(text) is None, text


def test_a_story_finds_what_no_single_name_says(index: Index) -> None:
    for text in (
        "hôm qua đi chợ bị móc túi, trong bóp có cccd, giờ sao",
        "hom qua di cho bi moc tui, trong bop co cccd, gio sao",
    ):
        assert index.search(text)[0].ref == "1.014064"
    assert index.search("tên lót của tui trong khai sinh là Thị mà căn cước là Thúy")[0].ref == (
        "1.004859"
    )


@given(st.text(max_size=1000))
def test_any_text_is_searched_in_time(index: Index, text: str) -> None:
    start = perf_counter()
    index.find(text, 5)
    assert perf_counter() - start < 0.5
