"""Long messages in parts: nothing lost, nothing too long, no letter torn."""

import unicodedata
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from delivery.channel import ChannelLimits
from delivery.messages import Choice, Link, Outbound
from delivery.split import split_message, split_text

COENG, JOINER = "\u17d2", "\u200d"
FAMILY = JOINER.join("👨👩👧")
FLAG = "🇻🇳"
LOOK_BACK = 40

PIECES = [
    "a", "ế", "ệ", "e\u0301", "o\u0302\u0323", ".", ",", ";", " ", "\n", "\n\n", "\t", "。",
    "ក្រ", "ស្ត្រី", "ខ្ញុំ", COENG, FAMILY, FLAG, "👍🏽", "✌️", "\u0301" * 3, JOINER,
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.characters(codec="utf-8"), max_size=120).map("".join)


def bare(text: str) -> str:
    return "".join(char for char in text if not char.isspace())


def is_torn(before: str, after: str) -> bool:
    """Whether a cut between two characters is seen by the reader (flags are tried apart)."""
    return (
        unicodedata.category(after[0]) in {"Mn", "Mc", "Me"}
        or after[0] == JOINER
        or "\U0001f3fb" <= after[0] <= "\U0001f3ff"
        or before[-1] in {JOINER, COENG}
    )


@given(text=TEXTS, limit=st.integers(1, 150))
@example(text="\u0301" * 200, limit=20)
@example(text="x" * 100, limit=1)
@example(text=" \n ", limit=5)
def test_parts_fit_and_nothing_but_white_space_is_lost(text: str, limit: int) -> None:
    parts = split_text(text, limit)
    assert all(0 < len(part) <= limit for part in parts)
    assert all(part == part.strip() for part in parts)
    assert bare("".join(parts)) == bare(unicodedata.normalize("NFC", text))


@given(text=TEXTS, limit=st.integers(LOOK_BACK + 1, 150))
def test_no_letter_or_picture_is_torn_where_that_can_be_avoided(text: str, limit: int) -> None:
    rest = unicodedata.normalize("NFC", text).strip()
    for part in split_text(text, limit)[:-1]:
        at = len(part)
        if not rest[at].isspace() and is_torn(rest[:at], rest[at:]):
            # Every other place in reach would have torn something too.
            reach = range(limit - LOOK_BACK + 1, limit + 1)
            assert all(is_torn(rest[:place], rest[place:]) for place in reach)
        rest = rest[at:].lstrip()


@pytest.mark.parametrize(
    "cluster",
    ["ស្ត្រី", "ក្ត្រ", FAMILY, FLAG, "👍🏽", "✌\ufe0f", "x\u0323\u0302", "🏴\U000e0067\U000e007f"],
)
@pytest.mark.parametrize("shift", range(8))
def test_a_text_without_spaces_is_cut_between_clusters(cluster: str, shift: int) -> None:
    text = "a" * shift + cluster * 60
    parts = split_text(text, 50)
    assert len(parts) > 1
    for part in parts:
        rest = part.lstrip("a")
        assert rest == cluster * (len(rest) // len(cluster))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("một hai ba bốn", ["một hai ba", "bốn"]),
        ("Câu một. Câu 2 dài", ["Câu một.", "Câu 2 dài"]),
        ("đoạn a\n\nb c d e", ["đoạn a", "b c d e"]),
        ("a b c\n1 2 3", ["a b c", "1 2 3"]),
        ("abcdefghijkl", ["abcdefghij", "kl"]),
        ("vừa mười k", ["vừa mười k"]),
        ("", []),
    ],
)
def test_parts_end_at_the_best_break(text: str, parts: list[str]) -> None:
    assert split_text(text, 10) == parts


def test_letters_are_counted_composed() -> None:
    decomposed = unicodedata.normalize("NFD", "ế" * 10)
    assert split_text(decomposed, 10) == ["ế" * 10]


def limits(text_chars: int) -> ChannelLimits:
    hour = timedelta(hours=1)
    return ChannelLimits(
        text_chars=text_chars,
        choices=5,
        choice_label_chars=20,
        payload_chars=100,
        window=hour,
        human_window=hour,
    )


def test_buttons_go_with_the_last_part() -> None:
    choices, links = (Choice("Có", "yes"),), (Link("Xem", "https://a.vn/"),)
    text = "chữ " * 20
    *first, last = split_message(Outbound(text, choices, links), limits(40))
    assert first
    assert all(not part.choices and not part.links for part in first)
    assert (last.choices, last.links) == (choices, links)
    assert " ".join([*(part.text for part in first), last.text]) == text.strip()
    assert split_message(Outbound("", choices), limits(40)) == [Outbound("", choices)]


def test_the_last_part_leaves_room_for_links_written_as_text() -> None:
    link = Link("Xem", "https://a.vn/")
    parts = split_message(Outbound("chữ " * 9, links=(link,)), limits(40))
    assert len(f"{parts[-1].text}\n{link.label}: {link.url}") <= 40
    too_long = Link("Xem", "https://a.vn/" + "x" * 50)
    assert split_message(Outbound("chữ", links=(too_long,)), limits(40))[-1].text == "chữ"


def test_parts_that_can_hold_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="0"):
        split_text("chữ", 0)
