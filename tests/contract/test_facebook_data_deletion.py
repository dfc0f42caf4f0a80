"""Meta asks that a person's data be erased: proven, taken once, answered with a place to look."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientResponse, FormData, web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st

from casework.legal_clock import vietnam_date
from delivery.messages import ChannelName
from store.conversations import Conversation
from store.data_requests import (
    DataRequest,
    DataRequestKind,
    DataRequestSource,
    DataRequestStatus,
)
from store.engine import make_engine
from store.unit_of_work import Store
from tests.fakes.clock import NOW, StillClock
from webhooks.facebook.data_deletion import PATH, DataDeletion
from webhooks.facebook.signed_request import (
    SignedRequestError,
    WrongSignatureError,
    make_signed_request,
    read_signed_request,
)

SECRET, PAGE, PERSON = "AppSecretSample", "100000000000001", "218471000000077"
PORTAL = "https://hoidap.example.vn"


def signed(secret: str = SECRET, **changes: Any) -> str:
    said = {"algorithm": "HMAC-SHA256", "issued_at": int(NOW.timestamp()), "user_id": PERSON}
    return make_signed_request(json.dumps(said | changes).encode(), secret=secret)


@dataclass
class Callback:
    client: TestClient[web.Request, web.Application]
    store: Store
    clock: StillClock

    async def asks(self, text: str) -> ClientResponse:
        return await self.client.post(PATH, data={"signed_request": text})

    async def code(self, text: str) -> str:
        response = await self.asks(text)
        assert response.status == 200, await response.text()
        said = await response.json()
        assert said["url"] == f"{PORTAL}/quyen-du-lieu/{said['confirmation_code']}"
        return str(said["confirmation_code"])

    async def waiting(self) -> list[DataRequest]:
        async with self.store.work() as work:
            return await work.data_requests.open()


@pytest.fixture
async def callback(store: Store) -> AsyncIterator[Callback]:
    clock = StillClock()
    timed = Store(store.engine, store.vault, clock, store.ids)
    deletion = DataDeletion(timed, app_secret=SECRET, page_id=PAGE, public_url=PORTAL)
    app = web.Application()
    app.add_routes(deletion.routes())
    async with TestClient(TestServer(app)) as client:
        yield Callback(client, timed, clock)


async def test_a_request_is_on_the_list_for_two_working_days(callback: Callback) -> None:
    code = await callback.code(signed())
    [request] = await callback.waiting()
    assert request.code == code
    assert request.kind is DataRequestKind.ERASE
    assert request.source is DataRequestSource.FACEBOOK
    # Friday; Tuesday 24 November 2026 is a holiday.
    assert request.due_on == vietnam_date(NOW) + timedelta(days=5)


async def test_the_same_request_twice_has_one_code(callback: Callback) -> None:
    first = await callback.code(signed())
    callback.clock.advance(timedelta(hours=3))
    assert await callback.code(signed()) == first
    assert len(await callback.waiting()) == 1


async def test_sent_again_after_it_was_done_it_is_still_the_same(callback: Callback) -> None:
    first = await callback.code(signed())
    callback.clock.advance(timedelta(days=1))
    [request] = await callback.waiting()
    async with callback.store.work() as work:
        done = DataRequestStatus.DONE
        await work.data_requests.decide(request.id, done, "editor", "", callback.clock())
        await work.commit()
    assert await callback.code(signed()) == first
    assert await callback.waiting() == []
    later = int((NOW + timedelta(days=30)).timestamp())
    assert await callback.code(signed(issued_at=later)) != first
    assert len(await callback.waiting()) == 1


async def test_the_id_of_the_person_is_kept_nowhere(callback: Callback) -> None:
    await callback.code(signed())
    [request] = await callback.waiting()
    assert PERSON not in repr(request)
    assert request.conversation_id.startswith("facebook-app:")
    await callback.code(signed(user_id="218471000000078"))
    assert len({one.conversation_id for one in await callback.waiting()}) == 2


async def test_a_conversation_with_this_very_id_is_named(callback: Callback) -> None:
    here = f"facebook:{PAGE}:{PERSON}"
    async with callback.store.work() as work:
        talk = Conversation(here, ChannelName.FACEBOOK, PAGE, PERSON)
        await work.conversations.save(talk, NOW)
        await work.commit()
    await callback.code(signed())
    assert [one.conversation_id for one in await callback.waiting()] == [here]


async def test_another_secret_is_refused(callback: Callback) -> None:
    payload = signed().partition(".")[2]
    for text in (signed(secret="another"), f"AAAA.{payload}", f".{payload}"):
        assert (await callback.asks(text)).status == 403
    assert await callback.waiting() == []


async def test_what_is_no_signed_request_is_malformed(callback: Callback) -> None:
    texts = (
        "",
        "no dot",
        "ü.payload",
        f"!!!.{signed().partition('.')[2]}",
        make_signed_request(b"not json", secret=SECRET),
        make_signed_request(b"[]", secret=SECRET),
        signed(algorithm="none"),
        signed(user_id=""),
        signed(user_id=None),
        signed(user_id="12; drop table"),
        signed(issued_at="yesterday"),
        signed(issued_at=10**30),
    )
    for text in texts:
        assert (await callback.asks(text)).status == 400, text
    assert (await callback.client.post(PATH, data=FormData({"x": "y"}))).status == 400
    assert (await callback.client.post(PATH, data=b"\xff\xfe")).status == 400
    assert await callback.waiting() == []


async def test_a_large_body_is_not_read(callback: Callback) -> None:
    assert (await callback.asks("x" * 20_000)).status == 413


async def test_while_the_database_is_away_meta_is_to_try_again(
    callback: Callback, caplog: pytest.LogCaptureFixture
) -> None:
    callback.store.engine = make_engine("postgresql+psycopg://nobody@127.0.0.1:1/none", name="away")
    assert (await callback.asks(signed())).status == 503
    assert PERSON not in caplog.text


def test_without_a_secret_nothing_is_believed() -> None:
    with pytest.raises(WrongSignatureError):
        read_signed_request(signed(secret=""), secret="")


@given(st.text(max_size=200), st.binary(max_size=60))
def test_whatever_comes_is_refused_politely(text: str, payload: bytes) -> None:
    for given_text in (text, f"{text}.{text}", make_signed_request(payload, secret="another")):
        with pytest.raises((SignedRequestError, WrongSignatureError)):
            read_signed_request(given_text, secret=SECRET)


def test_the_example_of_metas_guide_is_believed() -> None:
    """Signed with "secret"; it names nobody, and that is all that is wrong with it."""
    text = (
        "vlXgu64BQGFSQrY0ZcJBZASMvYvTHu9GQ0YM9rjPSso."
        "eyJhbGdvcml0aG0iOiJITUFDLVNIQTI1NiIsIjAiOiJwYXlsb2FkIn0"
    )
    with pytest.raises(SignedRequestError, match="no user id"):
        read_signed_request(text, secret="secret")
    with pytest.raises(WrongSignatureError):
        read_signed_request(text, secret="Secret")
