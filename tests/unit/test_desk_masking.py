"""Masked places are switched off and on again, whatever was typed around them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.redaction import MaskKind
from desk.masking import masked_text, pieces_of, places_in, with_choices
from desk.words import load_words

LABELS: dict[MaskKind, str] = {kind: load_words()["publication"]["mask"][kind] for kind in MaskKind}
ORIGINAL = "Tôi tên là Nguyễn Văn An, gọi 0912345678. Ông Trần Văn Bé gọi 0987654321."
MASKED = "Tôi tên là [họ tên], gọi [số điện thoại]. Ông [họ tên] gọi [số điện thoại]."


def switched(public: str, *uncovered: str, original: str = ORIGINAL) -> str:
    """The text after the boxes of these words were emptied and all others ticked."""
    places = places_in("text", public, original, LABELS, frozenset())
    values = {place.value for place in places}
    masked = {place.value for place in places if place.said not in uncovered}
    return with_choices(public, places, values, masked)


def test_every_kind_has_a_label_of_its_own() -> None:
    assert len(set(LABELS.values())) == len(MaskKind)


def test_a_document_begins_with_everything_masked() -> None:
    assert masked_text(ORIGINAL, LABELS, frozenset()) == MASKED


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Trần Văn Bé", MASKED.replace("Ông [họ tên]", "Ông Trần Văn Bé")),
        ("0912345678", MASKED.replace("[số điện thoại]. ", "0912345678. ")),
    ],
)
def test_one_place_is_uncovered_and_masked_again(said: str, shown: str) -> None:
    uncovered = switched(MASKED, said)
    assert uncovered == shown
    assert switched(uncovered) == MASKED


def test_after_a_sentence_was_cut_nobody_appears_in_anothers_place() -> None:
    cut = "Ông [họ tên] gọi [số điện thoại]."
    assert switched(cut, "Trần Văn Bé") == "Ông Trần Văn Bé gọi [số điện thoại]."
    assert switched(cut, "0912345678") == cut
    # Behind the same words stood two: which one it is nobody knows.
    twice = "Gọi 0912345678. Gọi 0987654321."
    for said in ("0912345678", "0987654321"):
        assert switched("Gọi [số điện thoại].", said, original=twice) == "Gọi [số điện thoại]."
    assert switched("[họ tên] và [họ tên] và [họ tên]", "Nguyễn Văn An") == (
        "[họ tên] và [họ tên] và [họ tên]"
    )


def test_only_what_the_page_showed_is_changed() -> None:
    places = places_in("text", MASKED, ORIGINAL, LABELS, frozenset())
    assert with_choices(MASKED, places, frozenset(), frozenset()) == MASKED


@given(st.lists(st.sampled_from(["Nguyễn Văn An", "Trần Văn Bé", "0912345678", "0987654321"])))
def test_what_was_uncovered_is_masked_again(said: list[str]) -> None:
    assert switched(switched(MASKED, *said)) == MASKED


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_pieces_are_the_text(public: str, original: str) -> None:
    places = places_in("text", public, original, LABELS, frozenset())
    assert "".join(piece.text for piece in pieces_of(public, places)) == public
