"""What only Zalo does."""

from datetime import timedelta
from typing import Any

import pytest

from delivery.channel import BadCredentialsError, TransientError, WindowClosedError
from delivery.messages import Choice, Envelope, EventKind, Outbound, Speaker
from webhooks.sandbox.signing import sign_zalo


def envelope(message: Outbound, user_id: str = "9000000000000000001") -> Envelope:
    return Envelope("4000000000000000001", user_id, message, Speaker.BOT, tag="t")


async def test_message_after_48_hours_is_billed(zalo: Any) -> None:
    zalo.clock.advance(timedelta(hours=48))
    assert (await zalo.channel.send(envelope(Outbound("a")))).free
    zalo.clock.advance(timedelta(seconds=1))
    assert not (await zalo.channel.send(envelope(Outbound("b")))).free
    zalo.clock.advance(timedelta(days=5))
    with pytest.raises(WindowClosedError):
        await zalo.channel.send(envelope(Outbound("c")))


async def test_rate_limit_ends_with_the_minute(zalo: Any) -> None:
    zalo.clock.advance(timedelta(seconds=50))
    zalo.state.fail_next(-32)
    with pytest.raises(TransientError) as caught:
        await zalo.channel.send(envelope(Outbound("a")))
    assert caught.value.retry_after == timedelta(seconds=11)


async def test_visitor_is_answered_in_the_conversation_the_question_came_from(zalo: Any) -> None:
    question = {
        "sender": {"id": "anon-5000000000000001"},
        "recipient": {"id": zalo.state.oa_id},
        "event_name": "anonymous_send_text",
        "message": {"text": "Xin hỏi", "msg_id": "dd00", "conversation_id": "conv-300000000001"},
        "timestamp": "1760000017123",
    }
    raw, headers = sign_zalo(question, app_id=zalo.state.app_id, secret=zalo.account.oa_secret_key)
    assert zalo.channel.verify(raw, headers)
    (event,) = zalo.channel.parse(raw)
    assert event.kind is EventKind.MESSAGE
    zalo.state.citizen_wrote(event.user_id)
    answer = Outbound("Chào anh/chị", (Choice("Thực đơn", "#menu"),))
    await zalo.channel.send(envelope(answer, event.user_id))
    (sent,) = zalo.state.sent.messages
    assert sent.body["recipient"] == {
        "anonymous_id": "anon-5000000000000001",
        "conversation_id": "conv-300000000001",
    }
    echo, _ = sign_zalo(sent.echo, app_id=zalo.state.app_id, secret=zalo.account.oa_secret_key)
    assert zalo.channel.parse(echo)[0].conversation_id == event.conversation_id


async def test_pressed_button_comes_back_with_the_payload_we_sent(zalo: Any) -> None:
    await zalo.channel.send(envelope(Outbound("Chọn", (Choice("Thực đơn", "#menu|1"),))))
    buttons = zalo.state.sent.messages[0].body["message"]["attachment"]["payload"]["buttons"]
    press = {
        "sender": {"id": "9000000000000000001"},
        "recipient": {"id": zalo.state.oa_id},
        "event_name": "user_send_text",
        "message": {"text": buttons[0]["payload"], "msg_id": "m1"},
        "timestamp": "1760000017123",
    }
    raw, _ = sign_zalo(press, app_id=zalo.state.app_id, secret=zalo.account.oa_secret_key)
    assert zalo.channel.parse(raw)[0].payload == "#menu|1"


async def test_application_that_demands_proof_gets_it(proving_zalo: Any) -> None:
    await proving_zalo.channel.send(envelope(Outbound("a")))
    assert len(proving_zalo.state.sent.messages) == 1


async def test_application_that_demands_proof_refuses_calls_without(zalo: Any) -> None:
    zalo.state.prove_secret = True
    with pytest.raises(BadCredentialsError, match="-242"):
        await zalo.channel.send(envelope(Outbound("a")))
