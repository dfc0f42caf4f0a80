"""Asks the intent model whether it is there."""

from http import HTTPStatus

import aiohttp

from app.endpoint import EndpointFinder


async def model_answers(session: aiohttp.ClientSession, finder: EndpointFinder) -> bool:
    """Whether the intent model answers now."""
    endpoint = finder.find()
    if endpoint is None:
        return False
    try:
        async with session.get(
            f"{endpoint.base_url}/status",
            params={"token": endpoint.token},
            timeout=aiohttp.ClientTimeout(total=2),
        ) as response:
            return response.status == HTTPStatus.OK
    except (aiohttp.ClientError, TimeoutError):
        return False
