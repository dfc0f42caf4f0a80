"""Writes and signs webhook bodies exactly as the providers do."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from webhooks.facebook import verify as facebook
from webhooks.zalo import verify as zalo


class SignedBody(NamedTuple):
    raw: bytes
    headers: dict[str, str]


_JSON = {"Content-Type": "application/json"}


def sign_zalo(body: Mapping[str, Any], *, app_id: str, secret: str) -> SignedBody:
    """Zalo writes Vietnamese letters as they are and names `app_id` inside the body."""
    whole = {"app_id": app_id, **body}
    raw = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
    mac = zalo.mac(raw, app_id=app_id, timestamp=str(whole.get("timestamp", "")), secret=secret)
    return SignedBody(raw, {**_JSON, zalo.HEADER: f"mac={mac}"})


def sign_facebook(body: Mapping[str, Any], *, secret: str) -> SignedBody:
    """Meta writes every letter outside ASCII in escaped form and signs that text."""
    raw = json.dumps(body, separators=(",", ":")).encode()
    signed = facebook.signature(raw, secret=secret)
    return SignedBody(raw, {**_JSON, facebook.HEADER: signed})
