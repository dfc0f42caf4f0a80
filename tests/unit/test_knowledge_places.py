"""Places nobody listed, by the way they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.places import find_places


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("xã Đơn Dương", "xã Đơn Dương"),
        ("phường Xuân Hương", "phường Xuân Hương"),
        ("Phường 5", "phường 5"),
        ("TP. Đà Lạt", "thành phố Đà Lạt"),
        ("xa Don Duong", "xã Don Duong"),
        ("thi tran Lien Nghia", "thị trấn Lien Nghia"),
    ],
)
def test_a_unit_is_found_where_it_stands(typed: str, value: str) -> None:
    text = f"\u200bở {typed}, cúp nước hoài"
    [place] = find_places(text)
    assert (place.value, text[place.start : place.end]) == (value, typed)


@pytest.mark.parametrize(
    "text",
    [
        "nhà em ở xa Hà Nội lắm",
        "xã mình có tiếp dân không",
        "quận nào cũng vậy",
        "phường 5.000 người",
        "TÔI Ở XÃ ĐƠN DƯƠNG MUỐN HỎI",
        "ấp trứng gà",
        "ấp Chợ",
        "t\u0131nh An Giang",
        "T\u0130NH An Giang",
        "Bảo Hiểm Xã Hội",
        "Bảo Hiểm Xã Hội, Tỉnh Ủy và Huyện Đoàn",
        "hợp tác xã Tân Tiến",
        "Hop Tac Xa Tan Tien",
        "đường huyện 30, Tỉnh Lộ 8",
    ],
)
def test_other_words_are_no_units(text: str) -> None:
    assert find_places(text) == []


def test_each_unit_of_an_address_without_commas_is_found() -> None:
    text = "Xã Long Đức Huyện Châu Thành TP Trà Vinh, xã Hội An"
    found = [place.value for place in find_places(text)]
    assert found == ["xã Long Đức", "huyện Châu Thành", "thành phố Trà Vinh", "xã Hội An"]
    [place] = find_places("Bảo Hiểm Xã Hội Tỉnh Vĩnh Long")
    assert place.value == "tỉnh Vĩnh Long"


@given(st.text())
def test_any_text_is_read_and_offsets_lie_within_it(text: str) -> None:
    assert all(0 <= place.start < place.end <= len(text) for place in find_places(text))
