"""Test sentences that stand in the training data, nearly or quite, would flatter the model."""

import random

import pytest

from bot.understanding.components.likeness import group, like_pairs
from bot.understanding.components.slips import half_bare, with_slips
from knowledge.text import fold
from tests.tools.data_report import LANGUAGES, held_out, leaks, training


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - slips, no secret


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_test_sentence_is_learnt(lang: str) -> None:
    assert leaks(lang) == []
    known = {fold(text) for _, text in training(lang)}
    assert [text for _, text in held_out(lang) if fold(text) in known] == []


def test_nearly_equal_sentences_are_one_group() -> None:
    texts = ["làm giấy khai sinh ở đâu", "nộp hồ sơ đất", "lam giay khai sinh o dau vay"]
    assert list(like_pairs(texts)) == [(2, 0)]
    first, other, again = group(texts)
    assert first == again != other


def test_slips_are_the_same_for_the_same_seed() -> None:
    text = "thủ tục cấp giấy phép lái xe như thế nào"
    seeds = range(20)
    once = [with_slips(text, chance(seed)) for seed in seeds]
    assert once == [with_slips(text, chance(seed)) for seed in seeds]
    assert len(set(once)) > 10
    assert {fold(half_bare(text, chance(seed))) for seed in seeds} == {fold(text)}
    assert with_slips("", chance(1)) == ""
    assert with_slips("ខ្ញុំ ចង់", chance(1)) == "ខ្ញុំចង់"
