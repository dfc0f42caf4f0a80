"""What only Messenger does."""

from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession

from delivery.channel import (
    BadCredentialsError,
    RefusedError,
    TransientError,
    WindowClosedError,
)
from delivery.messages import Envelope, Outbound, Speaker
from webhooks.facebook.client import FacebookChannel, FacebookPage

CITIZEN = "9000000000000000001"


def envelope(text: str = "a", user_id: str = CITIZEN, *, human_window: bool = False) -> Envelope:
    message = Outbound(text)
    return Envelope("100000000000001", user_id, message, Speaker.BOT, "t", human_window)


async def test_window_is_closed_for_the_assistant_but_not_for_a_person(facebook: Any) -> None:
    channel, state = facebook
    state.clock.advance(timedelta(hours=24, seconds=1))
    with pytest.raises(WindowClosedError) as caught:
        await channel.send(envelope())
    assert caught.value.code == "10/2018278"
    await channel.send(envelope(human_window=True))
    state.clock.advance(timedelta(days=6))
    with pytest.raises(WindowClosedError):
        await channel.send(envelope(human_window=True))
    assert len(state.sent.messages) == 1


async def test_limited_calls_stop_until_meta_takes_them_again(facebook: Any) -> None:
    channel, state = facebook
    state.fail_next(80006, regain_minutes=12)
    with pytest.raises(TransientError) as caught:
        await channel.send(envelope())
    assert caught.value.retry_after == timedelta(minutes=12)
    state.clock.advance(timedelta(minutes=5))
    with pytest.raises(TransientError) as caught:
        await channel.send(envelope())
    assert (caught.value.code, caught.value.retry_after) == ("paused", timedelta(minutes=7))
    assert state.requests == 1
    state.clock.advance(timedelta(minutes=7))
    await channel.send(envelope())
    assert len(state.sent.messages) == 1


async def test_comment_takes_one_private_reply(facebook: Any) -> None:
    channel, state = facebook
    await channel.send(envelope(user_id="comment:1_2"))
    assert state.sent.messages[0].body["recipient"] == {"comment_id": "1_2"}
    with pytest.raises(RefusedError, match="10900"):
        await channel.send(envelope(user_id="comment:1_2"))


async def test_person_of_another_page_is_unknown(facebook: Any) -> None:
    channel, _ = facebook
    with pytest.raises(RefusedError, match="100/2018001"):
        await channel.send(envelope(user_id="7999"))


@pytest.mark.parametrize(
    ("token", "secret", "expected"),
    [
        ("another", "test_app_secret_0123456789abcdef", BadCredentialsError),
        ("EAATESTPAGETOKEN", "another", RefusedError),
    ],
)
async def test_wrong_credentials(
    facebook: Any,
    session: ClientSession,
    token: str,
    secret: str,
    expected: type[Exception],
) -> None:
    right, state = facebook
    url = right._url.split("/v25.0")[0]
    page = FacebookPage(state.page_id, token, secret, graph_url=url)
    assert token not in repr(page)
    with pytest.raises(expected):
        await FacebookChannel(page, session, state.clock).send(envelope())
    assert state.sent.messages == []
