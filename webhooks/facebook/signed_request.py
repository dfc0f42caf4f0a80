"""Meta's `signed_request`: a payload and its signature in one text (state of November 2026).

`<signature>.<payload>`, both base64url without padding; the signature is the HMAC-SHA256 of the
payload as it stands there, still encoded, under the app secret. It comes as a form field.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

_ALGORITHM = "HMAC-SHA256"


class SignedRequestError(Exception):
    """It is no signed request."""


class WrongSignatureError(Exception):
    """Somebody else than Meta wrote it."""


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """`user_id`: of the person in this app, which is not the id of the person at the page."""

    user_id: str
    issued_at: datetime


def read_signed_request(text: str, *, secret: str) -> SignedRequest:
    """Prove who wrote it, then read it.

    Raises:
        SignedRequestError: malformed, or signed in another way than described.
        WrongSignatureError: not made with our secret, or no secret is configured.
    """
    encoded_signature, dot, payload = text.partition(".")
    if not dot:
        raise SignedRequestError("no signature")
    given = _decoded(encoded_signature)
    made = hmac.new(secret.encode(), payload.encode("utf-8", "replace"), hashlib.sha256).digest()
    if not secret or not hmac.compare_digest(given, made):
        raise WrongSignatureError
    return _read(_decoded(payload))


def make_signed_request(payload: bytes, *, secret: str) -> str:
    """As Meta makes it."""
    encoded = _encoded(payload)
    signature = hmac.new(secret.encode(), encoded.encode(), hashlib.sha256).digest()
    return f"{_encoded(signature)}.{encoded}"


def _read(payload: bytes) -> SignedRequest:
    try:
        said = orjson.loads(payload)
    except orjson.JSONDecodeError:
        raise SignedRequestError("no JSON") from None
    if not isinstance(said, dict) or str(said.get("algorithm", "")).upper() != _ALGORITHM:
        raise SignedRequestError("another algorithm")
    user_id, issued_at = said.get("user_id"), said.get("issued_at", 0)
    if not isinstance(user_id, str | int) or not str(user_id).isdecimal():
        raise SignedRequestError("no user id")
    if not isinstance(issued_at, int):
        raise SignedRequestError("no time")
    try:
        return SignedRequest(str(user_id), datetime.fromtimestamp(issued_at, UTC))
    except (ValueError, OverflowError, OSError):
        raise SignedRequestError("no time") from None


def _decoded(text: str) -> bytes:
    try:
        raw = text.encode("ascii")
        return base64.b64decode(raw + b"=" * (-len(raw) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise SignedRequestError("no base64") from None


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
