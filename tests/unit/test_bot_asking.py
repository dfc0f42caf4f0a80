"""The text a citizen writes for an agency, and what is read out of it."""

from bot.asking import MOST_PLACE, places_in


def test_a_place_is_named_as_it_is_written() -> None:
    assert places_in("đường ở xã Long Đức hư rồi, xã Long Đức nha") == "xã Long Đức"


def test_of_very_many_places_as_many_are_kept_as_a_place_holds() -> None:
    names = [f"xã Long {letter}{vowel}n" for letter in "BCDGHKLM" for vowel in "aâeêi"]
    named = places_in("đường hư ở " + ", ".join(names))
    assert len(named) <= MOST_PLACE
    kept = named.split(", ")
    assert len(kept) > 10
    assert kept == names[: len(kept)]
