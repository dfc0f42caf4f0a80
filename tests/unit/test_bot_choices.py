"""Numbered choices and payloads."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.choices import NumberReader, Option, buttons, numbered, picked
from bot.payloads import Verb, make_payload, read_payload
from bot.speech import compose
from delivery.channel import ChannelLimits

READER = NumberReader({"một": 1, "hai": 2, "two": 2, "ពីរ": 2}, ("số", "chọn", "number"))
SHOWN = [["Gửi đi", "#send|1"], ["Sửa", "#edit|1"], ["Bỏ", "#drop|1"]]
LIMITS = ChannelLimits(
    text_chars=200,
    choices=2,
    choice_label_chars=20,
    payload_chars=100,
    window=timedelta(hours=24),
    human_window=timedelta(days=7),
)


@pytest.mark.parametrize(
    "text", ["2", " 2 ", "2.", "số 2", "Số 2", "so 2", "chọn số 2", "hai", "២", "ពីរ", "two", "２"]
)
def test_a_number_in_many_spellings(text: str) -> None:
    assert READER.read(text) == 2


@pytest.mark.parametrize(
    "text", ["", "2026", "2 con bò", "000.00.12", "hai bà trưng", "HD-2026-1", "số"]
)
def test_what_is_no_number(text: str) -> None:
    assert READER.read(text) is None


def test_a_label_typed_out_picks_its_choice() -> None:
    assert picked(SHOWN, "gui di", READER) == ("#send|1", False)
    assert picked(SHOWN, "Bỏ.", READER) == ("#drop|1", False)
    assert picked(SHOWN, "5", READER) == (None, True)
    assert picked(SHOWN, "gì vậy", READER) == (None, False)


def test_marks_count_where_they_are_typed() -> None:
    reader = NumberReader({"ba": 3, "tư": 4, "bảy": 7}, ("số",))
    assert [reader.read(said) for said in ("ba", "số ba", "tu", "bay", "số bay")] == [3, 3, 4, 7, 7]
    assert [reader.read(said) for said in ("bà", "tủ", "bày", "số bà")] == [None] * 4
    assert picked(SHOWN, "bố", READER) == (None, False)
    assert picked(SHOWN, "sữa", READER) == (None, False)


def test_where_words_may_be_names_only_digits_pick() -> None:
    assert [READER.read(said, only_digits=True) for said in ("2", "2.", "២")] == [2, 2, 2]
    assert [READER.read(said, only_digits=True) for said in ("số 2", "hai", "2 con")] == [None] * 3


def test_few_short_choices_share_a_line() -> None:
    assert numbered([Option("Có", "#a"), Option("Không", "#b")]) == "1. Có · 2. Không"
    assert numbered([Option("x", "#a", "một lời dài " * 6), Option("y", "#b")]).count("\n") == 1


def test_buttons_are_cut_to_the_channel() -> None:
    options = [Option("Đăng ký khai sinh có yếu tố nước ngoài", "#a")] * 3
    shown = buttons(options, most=2, label_chars=20)
    assert len(shown) == 2
    assert all(len(choice.label) <= 20 and choice.label.endswith("…") for choice in shown)


def test_every_part_says_who_speaks_and_the_last_has_the_choices() -> None:
    parts = compose("🤖 Ai", ["câu dài. " * 60], LIMITS, options=[Option("Có", "#a")])
    assert len(parts) > 2
    assert all(part.text.startswith("🤖 Ai\n") for part in parts)
    assert all(len(part.text) <= LIMITS.text_chars for part in parts)
    assert [bool(part.choices) for part in parts] == [False] * (len(parts) - 1) + [True]


@given(st.sampled_from(Verb), st.lists(st.text("abc123.:-", max_size=18), max_size=3))
def test_payloads_are_read_as_they_were_made(verb: Verb, arguments: list[str]) -> None:
    assert read_payload(make_payload(verb, *arguments)) == (verb, tuple(arguments))


@pytest.mark.parametrize("digits", [19, 5000])
def test_a_number_that_no_row_has_is_no_payload(digits: int) -> None:
    assert read_payload(make_payload(Verb.INTENT, "ask_info", "9" * digits)) is None


@given(st.text())
def test_other_text_is_no_payload(text: str) -> None:
    found = read_payload(text)
    assert found is None or text.startswith("#")
