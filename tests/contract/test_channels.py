"""What every channel promises, tried on Zalo and on Facebook."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from delivery.channel import (
    AlertedRefusalError,
    BadCredentialsError,
    Channel,
    ChannelError,
    OutcomeUnknownError,
    RefusedError,
    TransientError,
    WindowClosedError,
)
from delivery.messages import ChannelName, Choice, EventKind, Link, Outbound
from delivery.split import split_message
from webhooks.sandbox.faults import Fault, FaultKind
from webhooks.sandbox.sent import SentMessage
from webhooks.sandbox.signing import SignedBody, sign_facebook, sign_zalo

#: The same trouble in each provider's own numbers: (code, subcode).
CODES: dict[str, dict[ChannelName, tuple[int, int]]] = {
    "window closed": {ChannelName.ZALO: (-230, 0), ChannelName.FACEBOOK: (10, 2018278)},
    "refused": {ChannelName.ZALO: (-213, 0), ChannelName.FACEBOOK: (551, 0)},
    "never described": {ChannelName.ZALO: (-98765, 0), ChannelName.FACEBOOK: (98765, 0)},
    "try later": {ChannelName.ZALO: (-200, 0), ChannelName.FACEBOOK: (1200, 0)},
    "operator": {ChannelName.ZALO: (-204, 0), ChannelName.FACEBOOK: (190, 0)},
}


def fail_next(line: Any, trouble: str) -> None:
    code, subcode = CODES[trouble][line.channel.name]
    line.faults.add(Fault(FaultKind.CODE, code, subcode))


def sign(line: Any, body: dict[str, Any]) -> SignedBody:
    if line.channel.name is ChannelName.FACEBOOK:
        return sign_facebook(body, secret=line.state.app_secret)
    return sign_zalo(body, app_id=line.state.app_id, secret="OaSecretKeySample01")


async def test_text_arrives_and_the_receipt_names_it(line: Any) -> None:
    receipt = await line.channel.send(line.envelope("Đã tiếp nhận phản ánh 😟"))
    (message,) = line.sent
    assert message.text == "Đã tiếp nhận phản ánh 😟"
    assert receipt.message_id == message.message_id
    assert receipt.free


async def test_choices_and_links_pass_the_providers_checks(line: Any) -> None:
    message = Outbound(
        "Anh/chị muốn làm gì?\n1. Gửi phản ánh",
        choices=(Choice("Gửi phản ánh hiện trường của tôi đến cơ quan", "#ask|report"),),
        links=(Link("Cổng dịch vụ công quốc gia của chúng ta", "https://example.gov.vn"),),
    )
    await line.channel.send(line.envelope(message))
    assert "#ask|report" in str(line.sent[0].body)
    assert "https://example.gov.vn" in str(line.sent[0].body)


async def test_long_answer_arrives_in_parts_that_fit(line: Any) -> None:
    text = "Thủ tục cấp giấy chứng nhận quyền sử dụng đất. " * 130
    choices = (Choice("Đúng ý tôi", "#yes"),)
    for part in split_message(Outbound(text, choices), line.channel.limits):
        await line.channel.send(line.envelope(part))
    assert len(line.sent) >= 3
    assert "".join(item.text for item in line.sent).replace(" ", "") == text.replace(" ", "")


async def test_fullest_message_the_limits_allow_is_taken(line: Any) -> None:
    limits = line.channel.limits
    choices = tuple(
        Choice("n" * limits.choice_label_chars, "#" + "p" * (limits.payload_chars - 1))
        for _ in range(limits.choices)
    )
    await line.channel.send(line.envelope(Outbound("ế" * limits.text_chars, choices)))
    assert len(line.sent) == 1


async def test_longer_text_than_the_limit_is_refused(line: Any) -> None:
    with pytest.raises(RefusedError):
        await line.channel.send(line.envelope("a" * (line.channel.limits.text_chars + 1)))
    assert line.sent == []


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        ("window closed", WindowClosedError),
        ("refused", RefusedError),
        ("never described", AlertedRefusalError),
        ("try later", TransientError),
        ("operator", BadCredentialsError),
    ],
)
async def test_each_trouble_is_told_apart(
    line: Any, trouble: str, expected: type[ChannelError]
) -> None:
    fail_next(line, trouble)
    with pytest.raises(expected) as caught:
        await line.channel.send(line.envelope("a"))
    assert type(caught.value) is expected
    assert caught.value.code.split("/")[0] == str(CODES[trouble][line.channel.name][0])
    assert line.sent == []
    await line.channel.send(line.envelope("b"))
    assert [item.text for item in line.sent] == ["b"]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(FaultKind.HTTP, 500), TransientError),
        (Fault(FaultKind.HTTP, 503), TransientError),
        (Fault(FaultKind.HTTP, 403), AlertedRefusalError),
        (Fault(FaultKind.NOT_JSON), OutcomeUnknownError),
        (Fault(FaultKind.DROPPED), OutcomeUnknownError),
    ],
)
async def test_broken_answers(line: Any, fault: Fault, expected: type[ChannelError]) -> None:
    line.faults.add(fault)
    with pytest.raises(expected) as caught:
        await line.channel.send(line.envelope("a"))
    assert type(caught.value) is expected


async def test_answer_that_never_comes_leaves_the_outcome_open(line: Any) -> None:
    line.faults.add(Fault(FaultKind.LOST_ANSWER))
    with pytest.raises(OutcomeUnknownError):
        await line.channel.send(line.envelope("a"))
    assert [item.text for item in line.sent] == ["a"]


@pytest.mark.parametrize("name", list(ChannelName))
async def test_provider_that_cannot_be_reached_got_nothing(
    unreachable: Callable[[ChannelName], Channel], name: ChannelName, line: Any
) -> None:
    with pytest.raises(TransientError):
        await unreachable(name).send(line.envelope("a"))


async def test_person_who_never_wrote_gets_nothing(line: Any) -> None:
    with pytest.raises(ChannelError):
        await line.channel.send(line.envelope("a", user_id="9000000000000000009"))
    assert line.sent == []


async def test_window_of_the_limits_is_open_to_its_end_and_closes(line: Any) -> None:
    line.clock.advance(line.channel.limits.window)
    await line.channel.send(line.envelope("still"))
    line.clock.advance(timedelta(days=7))
    with pytest.raises(WindowClosedError):
        await line.channel.send(line.envelope("too late"))
    assert [item.text for item in line.sent] == ["still"]


async def test_persons_words_reach_to_the_end_of_the_longer_window(line: Any) -> None:
    line.clock.advance(line.channel.limits.human_window)
    receipt = await line.channel.send(line.envelope("Trả lời", human_window=True))
    assert receipt.message_id == line.sent[0].message_id


async def test_own_message_comes_back_as_an_echo_of_ours(line: Any) -> None:
    echoes: list[dict[str, Any]] = []

    async def listen(message: SentMessage) -> None:
        echoes.append(message.echo)

    line.state.on_message = listen
    receipt = await line.channel.send(line.envelope("Chào bạn"))
    await line.outbox.settle()
    raw, headers = sign(line, echoes[0])
    assert line.channel.verify(raw, headers)
    (event,) = line.channel.parse(raw)
    assert (event.kind, event.by_person) == (EventKind.ECHO, False)
    assert (event.text, event.message_id) == ("Chào bạn", receipt.message_id)
    assert event.user_id == line.envelope("x").user_id
    if line.channel.name is ChannelName.FACEBOOK:
        assert event.tag == "row-1"


async def test_changed_body_is_not_verified(line: Any) -> None:
    raw, headers = sign(line, {"timestamp": "1760000000123", "event_name": "follow"})
    assert line.channel.verify(raw, headers)
    assert not line.channel.verify(raw.replace(b"follow", b"folloW"), headers)
    assert not line.channel.verify(raw, {})


async def test_no_secret_shows_in_what_is_printed(line: Any, zalo: Any) -> None:
    shown = f"{zalo.account!r} {line.state!r} {await zalo.vault.find_pair(zalo.state.oa_id)!r}"
    for secret in (
        "OaSecretKey",
        "AppSecret",
        "test_app_secret",
        "EAATEST",
        "access-0",
        "refresh-0",
    ):
        assert secret not in shown


async def test_failure_shows_no_token(
    line: Any, unreachable: Callable[[ChannelName], Channel]
) -> None:
    with pytest.raises(TransientError) as caught:
        await unreachable(ChannelName.FACEBOOK).send(line.envelope("a"))
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert str(caught.value) == "no_connection"
