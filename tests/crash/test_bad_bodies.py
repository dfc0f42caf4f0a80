"""Whatever is posted to the running service: an answer below 500, and good events are kept."""

import io
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest

from tests.bench.service import Accounts
from tests.crash import ledger
from tests.crash.citizens import Town
from tests.crash.running import Running
from webhooks.facebook import verify as facebook
from webhooks.zalo import verify as zalo

MEBI = 1024 * 1024
_DEEP = 50_000


def zalo_event(**changes: Any) -> bytes:
    event: dict[str, Any] = {
        "app_id": Accounts.zalo_app_id,
        "sender": {"id": "7001"},
        "recipient": {"id": Accounts.zalo_oa_id},
        "event_name": "user_send_text",
        "message": {"text": "xin chào", "msg_id": "bad"},
        "timestamp": "1795000000000",
        **changes,
    }
    return json.dumps(event).encode()


BODIES = {
    "empty": b"",
    "no JSON": b"xin chao",
    "half": b'{"app_id":',
    "no UTF-8": b'{"event_name":"user_send_text","message":{"text":"\xff\xfe\xc3"}}',
    "deep list": b"[" * _DEEP + b"]" * _DEEP,
    "deep object": b'{"a":' * _DEEP + b"1" + b"}" * _DEEP,
    "deep message": zalo_event(message=0).replace(b"0,", b"[" * 900 + b"]" * 900 + b",", 1),
    "NUL": zalo_event(message={"text": "a\0b", "msg_id": "n\0l"}),
    "lone surrogate": zalo_event(sender={"id": "\ud800"}, message={"text": "\udfff"}),
    "long number": b'{"timestamp":' + b"7" * 5000 + b',"sender":{"id":' + b"9" * 5000 + b"}}",
    "infinite": b'{"timestamp":1e999,"sender":{"id":NaN}}',
    "array": b"[1,2,3]",
    "text": b'"xin chao"',
    "null": b"null",
    "wrong types": zalo_event(sender=[1], recipient="x", message=7, timestamp={"a": 1}),
    "names of another kind": zalo_event(event_name=12, app_id=[]),
    "entry is text": b'{"object":"page","entry":"x"}',
    "elements of all kinds": json.dumps(
        {"object": "page", "entry": [None, 1, {"messaging": [0, [], "x", {"sender": 1}]}]}
    ).encode(),
}


def headers_of(channel: str, raw: bytes) -> dict[str, str]:
    """As the provider would sign these very bytes."""
    if channel == "facebook":
        signed = facebook.signature(raw, secret=Accounts.app_secret)
        return {facebook.HEADER: signed}
    for stamp in ("1795000000000", ""):
        mac = zalo.mac(
            raw, app_id=Accounts.zalo_app_id, timestamp=stamp, secret=Accounts.zalo_secret
        )
        if stamp.encode() in raw:
            break
    return {zalo.HEADER: f"mac={mac}"}


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as found:
        yield found


@pytest.mark.parametrize("channel", ["zalo", "facebook"])
async def test_bad_bodies(running: Running, session: aiohttp.ClientSession, channel: str) -> None:
    url = f"{running.url}/webhooks/{channel}"
    refused = 200 if channel == "zalo" else 403
    for name, raw in BODIES.items():
        async with session.post(url, data=raw) as response:
            assert response.status == refused, f"{name}, unsigned"
        async with session.post(url, data=raw, headers=headers_of(channel, raw)) as response:
            assert response.status == 200, f"{name}, signed"
    for method in ("PUT", "DELETE", "PATCH"):
        async with session.request(method, url) as response:
            assert response.status == 405
    await ledger.until_settled(running, time.monotonic() + 30)
    assert await running.answers("/healthz")


@pytest.mark.parametrize(("channel", "limit"), [("zalo", MEBI), ("facebook", 8 * MEBI)])
async def test_bodies_above_the_limit(
    running: Running, session: aiohttp.ClientSession, channel: str, limit: int
) -> None:
    url = f"{running.url}/webhooks/{channel}"
    padding = json.dumps({"a": "x" * (limit - 8)}, separators=(",", ":")).encode()
    assert len(padding) == limit

    async def in_pieces(raw: bytes) -> AsyncIterator[bytes]:
        for start in range(0, len(raw), 65536):
            yield raw[start : start + 65536]

    for data, expected in ((padding, 200), (padding + b" ", 413)):
        headers = headers_of(channel, data)
        async with session.post(url, data=io.BytesIO(data), headers=headers) as response:
            assert response.status == expected
        async with session.post(url, data=in_pieces(data), headers=headers) as response:
            assert response.status == expected


async def test_a_batch_of_a_thousand_events(
    running: Running,
    town: Town,
    session: aiohttp.ClientSession,
    note: Callable[[str], None],
) -> None:
    now = int(time.time() * 1000)
    users = [f"6{now}{number:03d}" for number in range(200)]
    for user in users:
        town.providers.facebook.citizen_wrote(user)
    page = {"id": Accounts.page_id}
    elements: list[Any] = [
        {
            "sender": {"id": users[number % 200]},
            "recipient": page,
            "timestamp": now + number,
            "message": {"mid": f"batch-{now}-{number}", "text": f"câu hỏi {number} " + "đ" * 930},
        }
        for number in range(1000)
    ]
    elements[500:500] = [None, {"sender": 1}, {"message": {"text": "\0\ud800"}}]
    body = {"object": "page", "entry": [{**page, "time": now, "messaging": elements}]}
    raw = json.dumps(body, ensure_ascii=False).encode(errors="surrogatepass")
    assert len(raw) > 2_000_000
    headers = headers_of("facebook", raw)
    began = time.monotonic()
    async with session.post(
        f"{running.url}/webhooks/facebook", data=io.BytesIO(raw), headers=headers
    ) as response:
        taken = time.monotonic() - began
        assert response.status == 200
    async with running.database() as connection:
        stored = await connection.execute(
            "select count(*) from inbox where channel = 'facebook' and event_key like %s",
            (f"%batch-{now}-%",),
        )
        assert await stored.fetchone() == (1000,)
    await town.until_answered(users, 5, 90)
    settled = await ledger.until_settled(running, time.monotonic() + 30) - began
    note(f"{len(raw)} bytes stored in {taken:.2f} s, all answered in {settled:.1f} s")
    assert taken < 2
