"""Provider JSON is read whatever it looks like, and comes out as the database takes it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from webhooks.reading import (
    as_number,
    as_text,
    as_time,
    clean_text,
    clean_value,
    dump_element,
    facts,
    find_header,
    make_key,
    read_json,
)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'{"a":"\\ud83d\\ude1f"}', {"a": "😟"}),
        (b'{"a":"\\ud800x"}', {"a": "\ud800x"}),
        (b'\xef\xbb\xbf{"a":1}', {"a": 1}),
        (b'{"a":"x\ty"}', {"a": "x\ty"}),
        (b'{"a":"\xff"}', {"a": "\ufffd"}),
        (b'{"a":1e999,"b":NaN,"c":-Infinity}', {"a": None, "b": None, "c": None}),
        (b'{"a":' + b"7" * 5000 + b"}", {"a": "7" * 5000}),
        (b'{"a":9000000000000000001}', {"a": 9000000000000000001}),
        (b"", None),
        (b'{"a":', None),
        (b"[" * 50_000, None),
        (b"[" * 50_000 + b"]" * 50_000, None),
    ],
)
def test_reading(raw: bytes, value: Any) -> None:
    assert read_json(raw) == value


@pytest.mark.parametrize("element", [{"a": "đ"}, {"a": "\ud800"}, {"a": 10**25}, {"a": [[[[1]]]]}])
def test_element_of_a_batch_can_be_read_again(element: Any) -> None:
    assert json.loads(dump_element(element, b"whole")) == element


def test_element_nested_too_deeply_to_be_written_keeps_the_whole_body() -> None:
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    assert dump_element({"a": deep}, b"whole") == b"whole"


def test_text_is_cleaned_of_what_postgresql_refuses_and_of_nothing_else() -> None:
    assert clean_text("a\0b\ud800c\udfffd😟ế") == "ab\ufffdc\ufffdd😟ế"


def test_deep_facts_are_cut_and_their_keys_cleaned() -> None:
    deep: Any = "x"
    for _ in range(3000):
        deep = {"k\0": [deep]}
    cleaned = clean_value(deep)
    assert len(json.dumps(cleaned)) < 200
    assert list(cleaned) == ["k"]


def test_empty_facts_are_left_out_but_zero_and_false_are_facts() -> None:
    assert facts(a="", b=None, c=[], d={}, e=0, f=False) == {"e": 0, "f": False}
    assert facts(a="") is None


@pytest.mark.parametrize(
    ("value", "text"), [("a", "a"), (5, "5"), (True, ""), (1.5, ""), (None, ""), ([], ""), ({}, "")]
)
def test_ids_are_text(value: Any, text: str) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("12.5", 12.5),
        (3, 3.0),
        ("nan", None),
        ("inf", None),
        (True, None),
        ("9" * 500, None),
        (10**400, None),
        ("x", None),
        (None, None),
    ],
)
def test_numbers(value: Any, number: float | None) -> None:
    assert as_number(value) == number


@pytest.mark.parametrize(
    ("value", "at"),
    [
        (1790000000, datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)),
        (1790000000000, datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)),
        ("1790000000000", datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)),
        (1, None),
        (10**13, None),
        (10**25, None),
        (0, None),
        (-1, None),
    ],
)
def test_times_in_seconds_and_milliseconds(value: Any, at: datetime | None) -> None:
    assert as_time(value) == at


def test_long_keys_differ_in_their_ends() -> None:
    keys = {make_key("a" * 300, end) for end in ("x", "y")}
    assert len(keys) == 2
    assert {len(key) for key in keys} == {180}


def test_headers_are_found_in_any_case() -> None:
    assert find_header({"X-A": "1"}, "x-a") == "1"
    assert find_header({}, "x-a") == ""
