"""How somebody who asked in a chat can be reached when the chat cannot: read from plain words."""

import re
from dataclasses import replace

import phonenumbers

from casework.cases import NOBODY, Contact

_REGION = "VN"
_EMAIL = re.compile(r"[^@\s<>(),;:\"\[\]\\]{1,64}@(?:[^@\s.,;]{1,63}\.)+[^@\s.,;]{2,63}")
#: What stands around an address or a number: "số em là 0912…, cảm ơn".
_NUMBER = re.compile(r"\+?\d[\d\s.()-]{6,20}\d")
#: Fewer digits are not meant as a telephone number: surely, and where one was asked for.
_DIGITS = 8
_DIGITS_WHEN_ASKED = 5


def looks_like_contact(text: str, *, asked: bool = False) -> bool:
    """Whether the words may hold an address or a number, well written or not."""
    least = _DIGITS_WHEN_ASKED if asked else _DIGITS
    return "@" in text or sum(map(str.isdigit, text)) >= least


def find_contact(text: str) -> Contact:
    """The first address and the first number of the words; nobody when there are none."""
    email = _EMAIL.search(text)
    rest = text.replace(email.group(), " ") if email else text
    return replace(NOBODY, email=email.group() if email else "", phone=_find_phone(rest))


def _find_phone(text: str) -> str:
    for found in _NUMBER.findall(text):
        try:
            number = phonenumbers.parse(found, _REGION)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return ""


def shown_phone(phone: str) -> str:
    """As people here write it: "0912 345 678"."""
    number = phonenumbers.parse(phone, _REGION)
    home = phonenumbers.region_code_for_number(number) == _REGION
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if home
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(number, style)


def merged(kept: Contact, told: Contact) -> Contact:
    """What was told replaces what was kept, field by field."""
    return replace(
        kept,
        **{name: value for name in Contact.__slots__ if (value := getattr(told, name))},
    )
