"""The API as an application of its own below `/api/v1/`: one table of handlers."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial

import orjson
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from knowledge.text import clean
from portal.api import reading, status
from portal.api.answering import Described, Handler, tell_bytes
from portal.api.description import Description, NotAsDescribedError, Operation, Place
from portal.api.problems import BadInputError, Wrong, is_told, problem
from store.throttle import TooManyTriesError

log = logging.getLogger(__name__)

PREFIX = "/api/v1/"

#: By the operation's name in the description. That itself is served beside them.
HANDLERS: dict[str, Handler] = {
    "list_answers": reading.list_answers,
    "get_answer": reading.get_answer,
    "list_procedures": reading.list_procedures,
    "get_procedure": reading.get_procedure,
    "list_agencies": reading.list_agencies,
    "get_agency": reading.get_agency,
    "find_case_status": status.find_case_status,
}
_MOST_BODY = 4096
_BAD, _TOO_MANY, _AWAY = 400, 429, 503


def make_api() -> web.Application:
    description = Description()

    async def get_description(request: web.Request, _wanted: Described) -> web.Response:
        return tell_bytes(request, description.served)

    handlers = {**HANDLERS, "get_description": get_description}
    app = web.Application(middlewares=[_as_problems])
    for operation in description.operations:
        handler = partial(_described, operation, handlers[operation.id])
        app.router.add_route(operation.method, operation.path, handler)
    return app


async def _described(operation: Operation, handler: Handler, request: web.Request) -> web.Response:
    """Reads what was sent before the handler sees it."""
    values = _path_values(operation, request)
    values |= operation.read(list(request.query.items()), Place.QUERY)
    if operation.of(Place.BODY):
        values |= operation.read(await _properties(request), Place.BODY)
    return await handler(request, Described(values))


def _path_values(operation: Operation, request: web.Request) -> dict[str, object]:
    """What cannot be a name of anything names nothing.

    Raises:
        HTTPNotFound: the schema does not allow it.
    """
    try:
        return {
            name: one.read(clean(request.match_info[name]))
            for name, one in operation.of(Place.PATH).items()
        }
    except NotAsDescribedError:
        raise web.HTTPNotFound from None


async def _properties(request: web.Request) -> list[tuple[str, object]]:
    """The properties of a JSON object.

    Raises:
        BadInputError: the body is no JSON object.
        HTTPUnsupportedMediaType: it is not said to be JSON; other sites cannot send it so unasked.
        HTTPRequestEntityTooLarge: it is too long.
    """
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        found = orjson.loads(await _read_body(request))
    except orjson.JSONDecodeError:
        raise BadInputError([Wrong("body", "is not JSON")]) from None
    if not isinstance(found, dict):
        raise BadInputError([Wrong("body", "is not a JSON object")])
    return list(found.items())


async def _read_body(request: web.Request) -> bytes:
    """Raises HTTPRequestEntityTooLarge for more than any such request can hold."""
    body = bytearray()
    async for part in request.content.iter_any():
        body += part
        if len(body) > _MOST_BODY:
            raise web.HTTPRequestEntityTooLarge(_MOST_BODY, len(body))
    return bytes(body)


@web.middleware
async def _as_problems(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        return await handler(request)
    except BadInputError as error:
        return problem(_BAD, wrong=error.wrong, headers=_readable(request))
    except TooManyTriesError as error:
        return problem(_TOO_MANY, headers={"Retry-After": str(int(error.wait.total_seconds()))})
    except web.HTTPException as error:
        if not is_told(error.status):
            raise
        allow = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
        return problem(error.status, headers={**_readable(request), **allow})
    except (SQLAlchemyError, OSError) as error:
        log.warning("api: database away (%s)", type(error).__name__)
        return problem(_AWAY)


def _readable(request: web.Request) -> dict[str, str]:
    """Pages of others may read why their GET failed."""
    return {"Access-Control-Allow-Origin": "*"} if request.method == "GET" else {}
