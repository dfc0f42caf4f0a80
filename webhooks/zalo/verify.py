"""Proves that Zalo sent exactly these bytes.

Plain SHA-256 (not HMAC) over app id, raw body, time stamp and the OA secret key of the app's
webhook page, in the header `X-ZEvent-Signature`, with or without `mac=` (state of November 2026).
The digest covers the bytes as received: a body that was parsed and written again never matches.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, TypeGuard

from webhooks.reading import find_header

HEADER = "X-ZEvent-Signature"
_PREFIX = "mac="
#: 13 digits today; anything but digits could be shifted between body and time stamp.
_TIMESTAMP_CHARS = 20


def mac(raw: bytes, *, app_id: str, timestamp: str, secret: str) -> str:
    """The digest Zalo computes, as lower-case hex."""
    return hashlib.sha256(app_id.encode() + raw + timestamp.encode() + secret.encode()).hexdigest()


def verify(raw: bytes, headers: Mapping[str, str], *, app_id: str, secret: str) -> bool:
    """Whether the body is signed for our application. Never raises, whatever the bytes."""
    body = _read_literally(raw)
    timestamp = body.get("timestamp", body.get("timeStamp"))
    if not app_id or not secret or body.get("app_id") != app_id or not _is_decimal(timestamp):
        return False
    given = find_header(headers, HEADER).strip().lower().removeprefix(_PREFIX).strip()
    expected = mac(raw, app_id=app_id, timestamp=timestamp, secret=secret)
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _is_decimal(value: Any) -> TypeGuard[str]:
    return (
        isinstance(value, str)
        and value.isascii()
        and value.isdigit()
        and len(value) <= _TIMESTAMP_CHARS
    )


def _read_literally(raw: bytes) -> dict[str, Any]:
    """The body with every number as the text it was written in, since that text is signed."""
    try:
        body = json.loads(
            raw.decode("utf-8", "replace").removeprefix("\ufeff"),
            strict=False,
            parse_int=str,
            parse_float=str,
            parse_constant=str,
        )
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
