"""Passwords: what is accepted, how they are kept and checked."""

import asyncio
import secrets
import unicodedata
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 10
#: Nobody types more; without it a request could buy minutes of hashing.
MAX_LENGTH = 256
_MIN_DIFFERENT = 5
_MIN_NAME = 4


class PasswordFlaw(StrEnum):
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_PLAIN = "too_plain"
    HAS_NAME = "has_name"
    NOT_REPEATED = "not_repeated"


def find_flaw(password: str, repeated: str, email: str) -> PasswordFlaw | None:
    """The first thing wrong with a new password."""
    plain = _normal(password)
    name = email.partition("@")[0].casefold()
    if len(plain) < MIN_LENGTH:
        return PasswordFlaw.TOO_SHORT
    if len(plain) > MAX_LENGTH:
        return PasswordFlaw.TOO_LONG
    if len(set(plain)) < _MIN_DIFFERENT:
        return PasswordFlaw.TOO_PLAIN
    if len(name) >= _MIN_NAME and name in plain.casefold():
        return PasswordFlaw.HAS_NAME
    if plain != _normal(repeated):
        return PasswordFlaw.NOT_REPEATED
    return None


class Passwords:
    """Argon2id with the library's defaults; all work leaves the event loop."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        # Accounts nobody has are checked against this, so that time tells nothing.
        self._nobody = self._hasher.hash(secrets.token_urlsafe())

    async def hash(self, password: str) -> str:
        return await asyncio.to_thread(self._hasher.hash, _normal(password))

    async def matches(self, kept: str, password: str) -> bool:
        """The same work whether an account has a password (`kept`) or not (empty)."""
        found = await asyncio.to_thread(self._verify, kept or self._nobody, _normal(password))
        return found and bool(kept)

    def is_outdated(self, kept: str) -> bool:
        """Whether the hash was made with weaker settings than today's."""
        return self._hasher.check_needs_rehash(kept)

    def _verify(self, kept: str, password: str) -> bool:
        if len(password) > MAX_LENGTH:
            password = ""
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False


def _normal(password: str) -> str:
    # Vietnamese keyboards write one letter in several ways.
    return unicodedata.normalize("NFKC", password)
