"""Telephone numbers and addresses in plain words."""

import pytest

from casework.cases import Contact
from casework.contacts import find_contact, looks_like_contact, merged, shown_phone


@pytest.mark.parametrize(
    ("said", "phone", "email"),
    [
        ("0912345678", "+84912345678", ""),
        ("số em là 0912 345 678, cảm ơn", "+84912345678", ""),
        ("+84 912-345-678", "+84912345678", ""),
        ("84912345678", "+84912345678", ""),
        ("ba.tu@example.vn.", "", "ba.tu@example.vn"),
        (
            "mail: a1234567890@example.com, sđt 0912345678",
            "+84912345678",
            "a1234567890@example.com",
        ),
        ("0912345", "", ""),
        ("căn cước 079123456789", "", ""),
        ("a@b", "", ""),
        ("", "", ""),
    ],
)
def test_what_is_found(said: str, phone: str, email: str) -> None:
    assert find_contact(said) == Contact(phone=phone, email=email)


def test_who_is_asked_may_write_too_few_digits() -> None:
    assert not looks_like_contact("0912345")
    assert looks_like_contact("0912345", asked=True)
    assert not looks_like_contact("ấp 5", asked=True)


def test_numbers_are_written_as_people_here_do() -> None:
    assert shown_phone("+84912345678") == "0912 345 678"
    assert shown_phone("+14155552671").startswith("+1 ")


def test_what_is_told_later_replaces_only_itself() -> None:
    known = Contact(name="Ba Tư", phone="+84912345678")
    assert merged(known, Contact(email="b@example.vn")) == Contact(
        name="Ba Tư", phone="+84912345678", email="b@example.vn"
    )
