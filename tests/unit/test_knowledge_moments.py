"""Days and telephone numbers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.moments import find_moments
from knowledge.phones import find_phones


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("ngày 20/11", "--11-20"),
        ("20/11/2026", "2026-11-20"),
        ("12.11.2026", "2026-11-12"),
        ("ngay 5 thang 12 nam 2026", "2026-12-05"),
        ("mùng 5 tháng 10 âm", "lunar --10-05"),
        ("mồng năm tháng mười", "lunar --10-05"),
        ("rằm tháng giêng", "lunar --01-15"),
        ("thứ hai tuần sau", "thứ hai tuần sau"),
        ("thu hai tuan sau", "thu hai tuan sau"),
        ("sáng thứ 7", "sáng thứ 7"),
        ("chủ nhật này", "chủ nhật này"),
        ("ngày mai", "ngày mai"),
        ("sáng mốt", "sáng mốt"),
        ("ngay mot", "ngay mot"),
        ("next Monday", "next monday"),
        ("20 November 2026", "2026-11-20"),
        ("ថ្ងៃស្អែក", "ថ្ងៃស្អែក"),
    ],
)
def test_a_day_is_found_where_it_stands(typed: str, value: str) -> None:
    text = f"\u200bhẹn {typed}, được hông"
    [moment] = find_moments(text)
    assert (moment.value, text[moment.start : moment.end]) == (value, typed)


@pytest.mark.parametrize(
    "text",
    [
        "con thứ hai",
        "buổi sáng một mình",
        "buoi sang mot minh",
        "lần thứ ba rồi",
        "bấm số thứ tự",
        "làm việc 24/7",
        "nhà số 12/3 hẻm 5/7",
        "quyết định 20/2020/QĐ-TTg",
        "31/2",
        "thủ tục hải quan",
        "HD-2026-000123",
    ],
)
def test_other_words_are_no_days(text: str) -> None:
    assert find_moments(text) == []


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0903 123 456", "0903123456"),
        ("+84 903.123.456", "0903123456"),
        ("84903123456", "0903123456"),
        ("090-123-4567", "0901234567"),
        ("(0294) 3855 123", "02943855123"),
        ("1900 1234", "19001234"),
        ("０９０３１２３４５６", "0903123456"),
    ],
)
def test_a_telephone_number_is_found_where_it_stands(typed: str, value: str) -> None:
    text = f"gọi tôi {typed}, cảm ơn"
    [phone] = find_phones(text)
    assert (phone.value, text[phone.start : phone.end]) == (value, typed)


def test_a_short_number_counts_when_it_is_called() -> None:
    assert [phone.value for phone in find_phones("gọi 113 hay số 1022")] == ["113", "1022"]
    assert find_phones("giá 113 triệu, năm 1022") == []


@pytest.mark.parametrize(
    "text",
    ["căn cước 084203001234", "0000012H592311050004", "tài khoản 0123456789012", "1.012275"],
)
def test_other_numbers_are_no_telephones(text: str) -> None:
    assert find_phones(text) == []


NUMBERS = st.text(alphabet="0123456789 ./-+()thứ ngày mùng\u200bＯ０", max_size=40)


@given(NUMBERS | st.text(max_size=60))
def test_never_an_exception_and_offsets_are_in_order(text: str) -> None:
    for found in (find_moments(text), find_phones(text)):
        end = 0
        for one in found:
            assert end <= one.start < one.end <= len(text)
            end = one.end
