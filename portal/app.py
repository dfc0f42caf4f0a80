"""The public pages, put into the server's application."""

import logging
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from portal.context import PORTAL, Portal
from portal.links import At, pattern, prefix
from portal.pages import TEMPLATES, load_templates, message_page
from portal.views import asking, catalogue, machines, pickup, reading, rights, voting
from portal.words import DEFAULT, LANGUAGES
from store.origin import is_foreign
from store.throttle import TooManyTriesError

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.Response]]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    at: At
    handler: Handler


ROUTES = (
    Route("GET", At.HOME, reading.home),
    Route("GET", At.SEARCH, reading.search),
    Route("GET", At.ANSWERS, reading.answers),
    Route("GET", At.FEED, machines.feed),
    Route("GET", At.ANSWER, reading.answer),
    Route("POST", At.VOTE, voting.vote),
    Route("GET", At.FAQS, catalogue.faqs),
    Route("GET", At.FAQ, catalogue.faq),
    Route("GET", At.PROCEDURES, catalogue.procedures),
    Route("GET", At.PROCEDURE, catalogue.procedure),
    Route("GET", At.AGENCIES, reading.agencies),
    Route("GET", At.AGENCY, reading.agency),
    Route("GET", At.ASK, asking.show),
    Route("POST", At.ASK, asking.check),
    Route("POST", At.ASK_EDIT, asking.edit),
    Route("POST", At.ASK_SEND, asking.send),
    Route("GET", At.PICKUP, pickup.show),
    Route("POST", At.PICKUP, pickup.open_case),
    Route("POST", At.PICKUP_ACT, pickup.act),
    Route("GET", At.PRIVACY, reading.privacy),
    Route("GET", At.RIGHTS, rights.show),
    Route("POST", At.RIGHTS, rights.start),
    Route("GET", At.RIGHTS_STATUS, rights.status),
)

#: What is told when a handler gives up, by HTTP status.
_TOLD = {400: "bad_request", 404: "not_found", 413: "too_large"}
_TOO_MANY, _AWAY, _FORBIDDEN, _BROKEN = 429, 503, 403, 500


def add_portal(app: web.Application, portal: Portal) -> None:
    app[PORTAL] = portal
    app[TEMPLATES] = load_templates()
    for lang in LANGUAGES:
        if lang not in portal.facts.languages:
            app.router.add_get(f"{prefix(lang)}{{rest:(/.*)?}}", machines.to_default)
            continue
        for route in ROUTES:
            path = f"{prefix(lang)}{pattern(route.at)}"
            app.router.add_route(route.method, path, _guarded(route.handler))
        if lang != DEFAULT:
            app.router.add_get(prefix(lang), machines.to_language_home)
    app.router.add_get("/robots.txt", machines.robots)
    app.router.add_get("/sitemap.xml", _guarded(machines.sitemap))
    app.router.add_get(r"/zalo_verifier{proof:[\w\-]+}.html", machines.zalo_verifier)


def _guarded(handler: Handler) -> Handler:
    """Errors become pages that say what happened, what was kept and what to do."""

    async def guarded(request: web.Request) -> web.Response:
        if request.method == "POST" and is_foreign(request):
            return message_page(request, "foreign", status=_FORBIDDEN)
        try:
            return await handler(request)
        except web.HTTPException as error:
            if error.status not in _TOLD:
                raise
            return message_page(request, _TOLD[error.status], status=error.status)
        except TooManyTriesError:
            return message_page(request, "too_often", status=_TOO_MANY)
        except (SQLAlchemyError, OSError) as error:
            log.warning("portal: database away (%s)", type(error).__name__)
            return message_page(request, "away", status=_AWAY)
        except Exception as error:  # noqa: BLE001 - whatever it is, the visitor gets a page
            # What an error says may quote what was typed: frames only.
            frames = "".join(traceback.format_tb(error.__traceback__))
            log.error("portal: %s\n%s", type(error).__name__, frames)  # noqa: TRY400 - as above
            return message_page(request, "away", status=_BROKEN)

    return guarded


def not_found(request: web.Request) -> web.Response:
    """For addresses nobody serves."""
    return message_page(request, "not_found", status=web.HTTPNotFound.status_code)
