"""One HTTP call to a provider, with the difference that matters told: did the request leave?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import ClientTimeout

from delivery.channel import AlertedRefusalError, OutcomeUnknownError, TransientError
from webhooks.reading import read_json

#: Seconds. Providers answer a send in well under one.
TIMEOUT = ClientTimeout(total=25, connect=8, sock_connect=5, sock_read=15)


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    #: None when the answer is no JSON object.
    body: dict[str, Any] | None
    headers: Mapping[str, str]


async def post(session: aiohttp.ClientSession, url: str, **request: Any) -> Reply:
    """POST and read the answer. Redirects are not followed: they would carry the token away.

    Causes are not chained: some of aiohttp's errors show the address with the token in it.

    Raises:
        TransientError: no connection, nothing was sent.
        OutcomeUnknownError: sent, but no complete answer came.
        AlertedRefusalError: the address itself is wrong.
    """
    try:
        async with session.post(url, allow_redirects=False, **request) as response:
            body = read_json(await response.read())
            known = body if isinstance(body, dict) else None
            return Reply(response.status, known, response.headers)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        raise TransientError("no_connection") from None
    except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError):
        raise AlertedRefusalError("bad_address") from None
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise OutcomeUnknownError("no_answer") from None
