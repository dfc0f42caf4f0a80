"""The request body Messenger gets for a message of ours."""

import unicodedata
from typing import Any

import pytest

from delivery.channel import RefusedError
from delivery.messages import Choice, Envelope, Link, Outbound, Speaker
from webhooks.facebook.limits import LIMITS
from webhooks.facebook.outbound import build
from webhooks.sandbox.facebook_checks import find_fault_in_message

CITIZEN = "7000000000000001"
LINKS = tuple(Link(f"Cổng {n}", f"https://{n}.example") for n in range(4))


def envelope(message: Outbound, user_id: str = CITIZEN, **changes: Any) -> Envelope:
    return Envelope("100000000000001", user_id, message, Speaker.BOT, tag="bot:1", **changes)


def test_text() -> None:
    assert build(envelope(Outbound("Xin chào"))) == {
        "recipient": {"id": CITIZEN},
        "messaging_type": "RESPONSE",
        "message": {"text": "Xin chào", "metadata": "bot:1"},
    }


def test_choices_are_quick_replies() -> None:
    body = build(envelope(Outbound("Bạn cần gì?", (Choice("Hỏi thủ tục", "#procedures"),))))
    assert body["message"]["quick_replies"] == [
        {"content_type": "text", "title": "Hỏi thủ tục", "payload": "#procedures"}
    ]


def test_most_that_limits_allow_is_taken() -> None:
    choices = tuple(Choice("n" * 50, "p" * LIMITS.payload_chars) for _ in range(20))
    body = build(envelope(Outbound("t" * LIMITS.text_chars, choices)))
    assert len(body["message"]["quick_replies"]) == 13
    assert {len(reply["title"]) for reply in body["message"]["quick_replies"]} == {20}
    assert find_fault_in_message(body) is None


def test_short_text_with_links_is_a_button_template() -> None:
    choices = (Choice("Đúng", "#yes"),)
    body = build(envelope(Outbound("Hồ sơ đang xử lý", choices, LINKS[:3])))
    payload = body["message"]["attachment"]["payload"]
    assert payload["text"] == "Hồ sơ đang xử lý"
    assert payload["buttons"][0] == {
        "type": "web_url",
        "title": "Cổng 0",
        "url": "https://0.example",
    }
    assert "text" not in body["message"]
    assert body["message"]["quick_replies"][0]["payload"] == "#yes"
    assert body["message"]["metadata"] == "bot:1"
    assert find_fault_in_message(body) is None


@pytest.mark.parametrize(("text", "links"), [("Xem", LINKS), ("a" * 641, LINKS[:1])])
def test_other_links_are_lines_of_the_text(text: str, links: tuple[Link, ...]) -> None:
    body = build(envelope(Outbound(text, links=links)))
    lines = [f"{link.label}: {link.url}" for link in links]
    assert body["message"]["text"].split("\n") == [text, *lines]
    assert find_fault_in_message(body) is None


def test_long_link_label_is_cut() -> None:
    body = build(envelope(Outbound("a", links=(Link("x" * 40, "https://a.example"),))))
    title = body["message"]["attachment"]["payload"]["buttons"][0]["title"]
    assert title == "x" * 19 + "…"


def test_persons_words_outside_the_window_carry_the_one_living_tag() -> None:
    body = build(envelope(Outbound("Trả lời"), human_window=True))
    assert (body["messaging_type"], body["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")
    assert find_fault_in_message(body) is None


def test_private_reply_goes_to_the_comment() -> None:
    body = build(envelope(Outbound("Chào"), "comment:1_2"))
    assert body["recipient"] == {"comment_id": "1_2"}
    assert "messaging_type" not in body
    assert find_fault_in_message(body) is None


def test_plugin_visitor_is_addressed_by_reference() -> None:
    body = build(envelope(Outbound("Chào"), "ref:r1"))
    assert body["recipient"] == {"user_ref": "r1"}
    assert find_fault_in_message(body) is None


def test_letters_are_composed_before_they_are_counted() -> None:
    word = "ế" * LIMITS.text_chars
    body = build(envelope(Outbound(unicodedata.normalize("NFD", word))))
    assert body["message"]["text"] == word


@pytest.mark.parametrize("message", [Outbound("a" * 2000), Outbound("a" * 1990, links=LINKS[:1])])
def test_message_that_was_not_split_is_refused_here(message: Outbound) -> None:
    with pytest.raises(RefusedError, match="text_too_long"):
        build(envelope(message))
