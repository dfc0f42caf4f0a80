"""Proves that Meta sent exactly these bytes, and answers the subscription check.

HMAC-SHA256 with the app secret over the raw body, in `X-Hub-Signature-256` (state of
November 2026). Meta signs the text with non-ASCII characters escaped and sends it in that form:
the raw bytes match, the same JSON written again with Vietnamese letters does not.
"""

import hashlib
import hmac
from collections.abc import Mapping

from webhooks.reading import find_header

HEADER = "X-Hub-Signature-256"
_PREFIX = "sha256="
_MODE = "subscribe"


def signature(raw: bytes, *, secret: str) -> str:
    """The header value Meta sends with this body."""
    return _PREFIX + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def verify(raw: bytes, headers: Mapping[str, str], *, secret: str) -> bool:
    """Whether the body is signed with our app secret. Never raises, whatever the bytes."""
    if not secret:
        return False
    given = find_header(headers, HEADER).strip().lower()
    return hmac.compare_digest(
        given.encode("utf-8", "replace"), signature(raw, secret=secret).encode()
    )


def find_challenge(query: Mapping[str, str], *, verify_token: str) -> str | None:
    """The text to answer (200, text/plain) to the subscription check; None means 403."""
    given = query.get("hub.verify_token", "").encode("utf-8", "replace")
    if not verify_token or not hmac.compare_digest(given, verify_token.encode()):
        return None
    return query.get("hub.challenge") if query.get("hub.mode") == _MODE else None
