"""Words typed wrong or together are read as the words they were meant to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.search.reading import words_of
from knowledge.search.slips import Vocabulary

KNOWN = "giấy phép lái xe giấy khai sinh đăng ký kết hôn cho con làm thẻ căn cước xây nhà"
WORDS = [word.bare for word in words_of(KNOWN)] * 2
PAIRS = {
    *("giay phep", "phep lai", "lai xe", "giay khai", "khai sinh", "sinh cho", "cho con"),
    *("dang ky", "ky ket", "ket hon", "lam giay", "can cuoc"),
}


def _repaired(text: str) -> str:
    words = Vocabulary(WORDS, PAIRS).repair(words_of(text))
    return " ".join(word.typed for word in words)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("giay phep lai xee", "giay phep lai xe"),
        ("khai sjnh", "khai sinh"),
        ("đăg ký kết hôn", "dang ký kết hôn"),
        ("lam giaykhaisinh cho con", "lam giay khai sinh cho con"),
        ("khaisinhchocon", "khai sinh cho con"),
        ("thẻ căn cướcc", "thẻ căn cuoc"),
        ("xây nhaf", "xây nha"),
    ],
)
def test_a_slip_is_mended(typed: str, meant: str) -> None:
    assert _repaired(typed) == meant


@pytest.mark.parametrize(
    "typed", ["xin chào", "Malaysia", "facebook", "bảng vẽ", "123", "x", "", "hộ chiếu"]
)
def test_what_is_a_word_or_like_no_word_stays(typed: str) -> None:
    assert _repaired(typed) == " ".join(word.typed for word in words_of(typed))


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    mended = Vocabulary(WORDS, PAIRS).repair(words_of(text))
    assert len(mended) >= len(words_of(text))
