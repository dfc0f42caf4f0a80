"""Texts to learn from: what masking leaves, what is worth keeping, what an editor may change."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.redaction import MaskKind
from casework.samples import (
    LONGEST,
    MARKS,
    EmptySampleError,
    NotShortenedError,
    SampleReason,
    TrainingSample,
    as_sentence,
    bare_words,
    in_marks,
    in_words,
    is_worth_learning,
    mask_for_learning,
    sample_of,
    shortened,
)
from knowledge.text import language
from tests.fakes.clock import NOW

LABELS = {kind: f"[nhãn {number}]" for number, kind in enumerate(MaskKind)}


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("gọi em số 0912 345 678 nghe", "gọi em số [phone] nghe"),
        ("em tên Trần Thị Bé hỏi giấy khai sinh", "em tên [name] hỏi giấy khai sinh"),
        ("hồ sơ 000.00.12.H59-231105-0004\nđâu rồi", "hồ sơ [dossier] đâu rồi"),
        ("CCCD 084123456789 của má em hư", "CCCD [id_number] của má em hư"),
    ],
)
def test_what_may_tell_who_wrote_it_is_masked(said: str, left: str) -> None:
    assert mask_for_learning(said) == left


@pytest.mark.parametrize(
    "masked", ["", "hả", "[phone]", "tôi [name]", "?!", "12 34", "😀 😀", "a b", "x " * LONGEST]
)
def test_what_says_nothing_or_too_much_is_not_kept(masked: str) -> None:
    assert not is_worth_learning(masked)


def test_what_differs_in_capitals_diacritics_and_signs_is_one_text() -> None:
    assert bare_words("Đổi bằng lái, sao ta?") == bare_words("doi  bang lai sao ta")
    assert bare_words("đổi bằng lái") != bare_words("đổi bằng lái xe")


@pytest.mark.parametrize("after", ["cống nghẹt hoài", "cống [name] nghẹt hoài ai lo"])
def test_words_may_go_and_marks_may_come(after: str) -> None:
    assert shortened("ấp tui cống bà Tư nghẹt hoài ai lo", after) == after


@pytest.mark.parametrize("after", ["cống nghẹt quá trời", "nghẹt hoài cống tui", "cống cống nghẹt"])
def test_no_word_is_added_moved_or_doubled(after: str) -> None:
    with pytest.raises(NotShortenedError):
        shortened("ấp tui cống nghẹt hoài ai lo", after)


def test_something_must_be_left() -> None:
    with pytest.raises(EmptySampleError):
        shortened("ấp tui cống nghẹt hoài ai lo", "cống")


def test_marks_become_examples_or_gaps() -> None:
    masked = "má [name] ở [address] gọi [phone] hỏi [x](y) {z} #1"
    assert as_sentence(masked, with_examples=True) == "má A ở gọi 0123456789 hỏi x y z 1"
    assert as_sentence(masked, with_examples=False) == "má ở gọi hỏi x y z 1"


def sampled(said: str) -> TrainingSample | None:
    return sample_of(said, SampleReason.FELL_BACK, sample_id="s1", now=NOW, language=language)


def test_a_story_is_put_aside_before_it_is_masked() -> None:
    story = "tui tên Trần Văn Bình số 0912 345 678 kể cái vụ này " * 400
    start = perf_counter()
    assert sampled(story) is None
    assert perf_counter() - start < 0.02


def test_a_sentence_is_masked_however_widely_it_is_written() -> None:
    sample = sampled("gọi em   số 0912 345 678" + " \n" * 1000 + "nghe")
    assert sample is not None
    assert sample.text == "gọi em số [phone] nghe"
    assert sampled("hả") is None


@given(st.text(max_size=2000))
def test_any_text_is_masked_and_written_in_time(said: str) -> None:
    start = perf_counter()
    masked = mask_for_learning(said)
    sentence = as_sentence(masked, with_examples=True)
    assert perf_counter() - start < 0.5
    assert not set(sentence) & set("[](){}\n")
    if is_worth_learning(masked):
        assert len(masked) <= LONGEST
        try:
            assert len(shortened(masked, masked)) <= LONGEST
        except EmptySampleError:
            # Words that stood beside a mark may look like a name now.
            assert len(mask_for_learning(masked)) != len(masked)


@given(st.lists(st.one_of(st.sampled_from(list(MARKS.values())), st.sampled_from("abc "))))
def test_marks_and_their_words_are_the_same_text(parts: list[str]) -> None:
    masked = "".join(parts)
    assert in_marks(in_words(masked, LABELS), LABELS) == masked
