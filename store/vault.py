"""Encryption at rest: the service key wraps tokens and per-case keys."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class UnreadableSecretError(Exception):
    """No configured key opens this value: HOIDAP_SECRET_KEY lost one it was written with."""


class Vault:
    """`keys`: urlsafe base64 Fernet keys; the first encrypts, all decrypt."""

    def __init__(self, keys: list[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

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
