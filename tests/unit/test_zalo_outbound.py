"""The request body Zalo gets for a message of ours."""

import unicodedata

import pytest

from delivery.channel import RefusedError
from delivery.messages import Choice, Envelope, Link, Outbound, Speaker
from webhooks.sandbox.zalo_checks import find_fault_in_message
from webhooks.zalo.limits import LIMITS
from webhooks.zalo.outbound import build, path_for

CITIZEN = "9000000000000000001"
VISITOR = "anon-5~conv-3"


def envelope(message: Outbound, user_id: str = CITIZEN) -> Envelope:
    return Envelope("4000000000000000001", user_id, message, Speaker.BOT, tag="t1")


def test_text() -> None:
    assert build(envelope(Outbound("Đã tiếp nhận"))) == {
        "recipient": {"user_id": CITIZEN},
        "message": {"text": "Đã tiếp nhận"},
    }
    assert path_for(CITIZEN) == "/v3.0/oa/message/cs"


def test_choices_are_hidden_queries_and_links_open() -> None:
    message = Outbound(
        "Anh/chị muốn làm gì?",
        choices=(Choice("Gửi phản ánh", "#ask|report"),),
        links=(Link("Mở cổng", "https://example.gov.vn"),),
    )
    body = build(envelope(message))
    payload = body["message"]["attachment"]["payload"]
    assert payload["buttons"] == [
        {"title": "Gửi phản ánh", "type": "oa.query.hide", "payload": "#ask|report"},
        {"title": "Mở cổng", "type": "oa.open.url", "payload": {"url": "https://example.gov.vn"}},
    ]
    assert find_fault_in_message(body, visitor=False) == 0


def test_payload_without_mark_gets_one() -> None:
    body = build(envelope(Outbound("a", choices=(Choice("b", "c"),))))
    assert body["message"]["attachment"]["payload"]["buttons"][0]["payload"] == "#c"


def test_most_that_limits_allow_is_taken() -> None:
    choices = tuple(
        Choice("n" * 200, "p" * LIMITS.payload_chars) for _ in range(LIMITS.choices + 3)
    )
    body = build(envelope(Outbound("t" * LIMITS.text_chars, choices)))
    buttons = body["message"]["attachment"]["payload"]["buttons"]
    assert len(buttons) == 5
    assert {len(button["title"]) for button in buttons} == {LIMITS.choice_label_chars}
    assert find_fault_in_message(body, visitor=False) == 0


def test_links_without_a_button_are_lines_of_the_text() -> None:
    links = (
        Link("Một", "https://a.example"),
        Link("Hai", "https://b.example"),
        Link("Ba", "http://c.example"),
    )
    choices = tuple(Choice(str(n), f"#{n}") for n in range(4))
    body = build(envelope(Outbound("Xem", choices, links)))
    assert body["message"]["text"] == "Xem\nHai: https://b.example\nBa: http://c.example"
    assert len(body["message"]["attachment"]["payload"]["buttons"]) == 5
    assert find_fault_in_message(body, visitor=False) == 0


def test_visitor_gets_text_only() -> None:
    message = Outbound("Xem", (Choice("a", "#a"),), (Link("Cổng", "https://a.example"),))
    assert build(envelope(message, VISITOR)) == {
        "recipient": {"anonymous_id": "anon-5", "conversation_id": "conv-3"},
        "message": {"text": "Xem\nCổng: https://a.example"},
    }
    assert path_for(VISITOR) == "/v2.0/oa/message"


def test_letters_are_composed_before_they_are_counted() -> None:
    word = "ế" * LIMITS.text_chars
    body = build(envelope(Outbound(unicodedata.normalize("NFD", word))))
    assert body["message"]["text"] == word


@pytest.mark.parametrize(
    "message",
    [
        Outbound("a" * 2001),
        Outbound("a" * 1990, links=(Link("Cổng", "http://a.example"),)),
    ],
)
def test_message_that_was_not_split_is_refused_here(message: Outbound) -> None:
    with pytest.raises(RefusedError, match="text_too_long"):
        build(envelope(message))
