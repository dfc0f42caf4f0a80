"""Meta's data deletion callback: a person removed our app in Facebook's own settings.

Meta names the person by an id that holds within our app. Conversations at the page know people by
ids of the page, and the two differ; only where they are the same can the desk find what to erase.
Otherwise the request is kept under a keyed hash of the id: told apart and answered, but matched
with nothing, and nobody who reads it learns a Facebook account.
"""

import hashlib
import hmac
import logging
from urllib.parse import parse_qs

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.actions.data_rights import take_request
from delivery.messages import ChannelName
from store.data_requests import DataRequestKind, DataRequestSource
from store.unit_of_work import Store, UnitOfWork
from webhooks.bodies import read_limited
from webhooks.facebook.signed_request import (
    SignedRequest,
    SignedRequestError,
    WrongSignatureError,
    read_signed_request,
)

log = logging.getLogger(__name__)

PATH = "/webhooks/facebook/data-deletion"
_FIELD = "signed_request"
#: A signed request has some two hundred characters.
_MOST_BODY = 16 * 1024
_KEPT_DIGITS = 40


class DataDeletion:
    """`public_url`: without a slash at the end; empty: the address Meta called."""

    def __init__(self, store: Store, *, app_secret: str, page_id: str, public_url: str) -> None:
        self._store = store
        self._secret = app_secret
        self._page_id = page_id
        self._public_url = public_url

    def routes(self) -> list[web.RouteDef]:
        return [web.post(PATH, self.receive)]

    async def receive(self, request: web.Request) -> web.Response:
        """400 for what is no signed request, 403 for a wrong signature, 503: Meta tries again."""
        try:
            asked = read_signed_request(await _field(request), secret=self._secret)
        except SignedRequestError as error:
            return web.Response(status=400, text=f"no signed request: {error}")
        except WrongSignatureError:
            log.warning("facebook: data deletion with a wrong signature")
            return web.Response(status=403, text="bad signature")
        try:
            code = await self._take(asked)
        except (SQLAlchemyError, OSError) as error:
            log.warning("facebook: data deletion not kept (%s)", type(error).__name__)
            return web.Response(status=503, text="try again")
        origin = self._public_url or f"{request.scheme}://{request.host}"
        said = {"url": f"{origin}/quyen-du-lieu/{code}", "confirmation_code": code}
        return web.json_response(said)

    async def _take(self, asked: SignedRequest) -> str:
        """The code of the request; the same one for what was asked before and covers this."""
        async with self._store.work() as work:
            subject = await self._subject(work, asked.user_id)
            kind = DataRequestKind.ERASE
            last = await work.data_requests.find_last(subject, kind)
            if last and last.decided_at and last.decided_at >= asked.issued_at:
                return last.code
            calendar = await work.catalogue.calendar()
            taken = await take_request(work, kind, DataRequestSource.FACEBOOK, subject, calendar)
            await work.commit()
            return taken.code

    async def _subject(self, work: UnitOfWork, user_id: str) -> str:
        here = f"{ChannelName.FACEBOOK}:{self._page_id}:{user_id}"
        if await work.conversations.find(here):
            return here
        hashed = hmac.new(self._secret.encode(), user_id.encode(), hashlib.sha256).hexdigest()
        return f"facebook-app:{hashed[:_KEPT_DIGITS]}"


async def _field(request: web.Request) -> str:
    """The form's field, empty when there is none.

    Raises:
        HTTPRequestEntityTooLarge: larger than any such form.
    """
    raw = await read_limited(request, _MOST_BODY)
    sent = parse_qs(raw.decode("ascii", "replace"))
    return sent.get(_FIELD, [""])[0]
