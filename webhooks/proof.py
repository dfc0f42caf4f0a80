"""Proof of an application's secret that goes with a call; both providers use the same formula."""

import hashlib
import hmac


def appsecret_proof(*, secret: str, token: str) -> str:
    """Hex HMAC-SHA256 of the access token under the application's secret."""
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()
