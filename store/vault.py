"""Encryption at rest: the service key wraps tokens and per-case keys."""

import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class UnreadableSecretError(Exception):
    """No configured key opens this value: HOIDAP_SECRET_KEY lost one it was written with."""


class Vault:
    """`keys`: urlsafe base64 Fernet keys; the first encrypts, all decrypt."""

    def __init__(self, keys: list[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._digest_key = keys[0].encode()

    def seal(self, text: str) -> bytes:
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """Decrypt.

        Raises:
            UnreadableSecretError: written with a key that is no longer configured.
        """
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise UnreadableSecretError from None

    def digest(self, purpose: str, text: str) -> str:
        """Tells that two texts are the same; without the key nobody can try what they were.

        Made with the first key alone: after a change of keys a text counts as a new one.
        """
        told = f"{purpose}\0{text}".encode()
        return hmac.new(self._digest_key, told, hashlib.sha256).hexdigest()

    def new_case_key(self) -> bytes:
        """A fresh case key, wrapped."""
        return self._fernet.encrypt(Fernet.generate_key())

    def case_box(self, wrapped_key: bytes) -> Fernet:
        """What seals and opens the texts of one case.

        Raises:
            UnreadableSecretError: written with a key that is no longer configured.
        """
        try:
            return Fernet(self._fernet.decrypt(wrapped_key))
        except InvalidToken:
            raise UnreadableSecretError from None
