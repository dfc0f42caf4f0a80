"""What a Facebook webhook body means to us."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.messages import Attachment, AttachmentKind, EventKind, Inbound
from webhooks.facebook.elements import Account
from webhooks.facebook.parse import parse

PAGE, APP, CITIZEN = "100000000000001", "200000000000002", "7000000000000001"
ACCOUNT = Account(page_id=PAGE, app_id=APP)
FROM_CITIZEN = {"sender": {"id": CITIZEN}, "recipient": {"id": PAGE}, "timestamp": 1790000000001}
FROM_PAGE = {"sender": {"id": PAGE}, "recipient": {"id": CITIZEN}, "timestamp": 1790000000010}
PARTS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "payloads" / "facebook_elements.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


def body_of(*elements: Any, where: str = "messaging", page: str = PAGE) -> bytes:
    entry = {"id": page, "time": 1790000000123, where: list(elements)}
    return json.dumps({"object": "page", "entry": [entry]}).encode()


def read(part: dict[str, Any], *, where: str = "messaging", page: str = PAGE) -> Inbound:
    (event,) = parse(body_of(FROM_CITIZEN | part, where=where, page=page), account=ACCOUNT)
    return event


def extra_of(event: Inbound) -> dict[str, Any]:
    assert event.extra is not None
    return event.extra


def test_text_message() -> None:
    event = read({"message": {"mid": "m_AAA0001", "text": "Cho tôi hỏi thủ tục cấp CCCD"}})
    assert event.kind is EventKind.MESSAGE
    assert event.conversation_id == f"facebook:{PAGE}:{CITIZEN}"
    assert event.text == "Cho tôi hỏi thủ tục cấp CCCD"
    assert event.message_id == "m_AAA0001"
    assert event.sent_at == datetime(2026, 9, 21, 14, 13, 20, 1000, UTC)
    assert json.loads(event.raw)["message"]["mid"] == "m_AAA0001"


def test_quick_reply_gives_payload_and_title() -> None:
    message = {"mid": "m", "text": "Phản ánh", "quick_reply": {"payload": "MENU|REPORT"}}
    event = read({"message": message})
    assert (event.kind, event.text, event.payload) == (
        EventKind.MESSAGE,
        "Phản ánh",
        "MENU|REPORT",
    )


def test_button_gives_payload_title_and_where_the_citizen_came_from() -> None:
    referral = {"ref": "qr-ubnd-01", "source": "SHORTLINK", "type": "OPEN_THREAD"}
    part = {"mid": "m_PB1", "title": "Bắt đầu", "payload": "GET_STARTED", "referral": referral}
    event = read({"postback": part})
    assert (event.kind, event.text, event.payload) == (
        EventKind.POSTBACK,
        "Bắt đầu",
        "GET_STARTED",
    )
    assert (event.message_id, extra_of(event)["referral"]) == ("m_PB1", referral)


def test_reply_names_the_quoted_message() -> None:
    event = read({"message": {"mid": "m", "text": "Đúng", "reply_to": {"mid": "m_ECHO0001"}}})
    assert extra_of(event)["quotes"] == "m_ECHO0001"


class TestAttachments:
    def read(self, *items: Any, **message: Any) -> tuple[Attachment, ...]:
        return read({"message": {"mid": "m", "attachments": list(items)} | message}).attachments

    def test_two_photos(self) -> None:
        items = [{"type": "image", "payload": {"url": f"https://s.example/{n}"}} for n in (1, 2)]
        assert self.read(*items) == (
            Attachment(AttachmentKind.IMAGE, "https://s.example/1"),
            Attachment(AttachmentKind.IMAGE, "https://s.example/2"),
        )

    def test_sticker_in_its_three_forms_and_with_its_twin(self) -> None:
        url, number = "https://s.example/like.png", 369239263222822
        own = {"type": "sticker", "payload": {"url": url, "sticker_id": number}}
        image = {"type": "image", "payload": {"url": url, "sticker_id": number}}
        bare = {"type": "image", "payload": {"url": url}}
        expected = (Attachment(AttachmentKind.STICKER, url, name=str(number)),)
        assert self.read(own) == expected
        assert self.read(image) == expected
        assert self.read(bare, sticker_id=number) == expected
        assert self.read(own, bare) == expected
        assert self.read(bare, own) == expected
        assert self.read(image, own) == expected

    def test_sticker_without_any_attachment(self) -> None:
        assert self.read(sticker_id=5) == (Attachment(AttachmentKind.STICKER, name="5"),)

    def test_photo_beside_a_sticker_stays(self) -> None:
        own = {"type": "sticker", "payload": {"url": "https://s.example/1", "sticker_id": 1}}
        photo = {"type": "image", "payload": {"url": "https://s.example/2"}}
        assert [item.kind for item in self.read(own, photo)] == [
            AttachmentKind.STICKER,
            AttachmentKind.IMAGE,
        ]

    @pytest.mark.parametrize(
        "item",
        [
            {"type": "fallback", "payload": {"url": "https://a.example", "title": "T"}},
            {"type": "fallback", "payload": None, "url": "https://a.example", "title": "T"},
            {"type": "post", "payload": {"url": "https://a.example", "title": "T", "id": 1}},
            {"type": "reel", "payload": {"url": "https://a.example", "title": "T"}},
        ],
    )
    def test_share_is_a_link(self, item: dict[str, Any]) -> None:
        assert self.read(item) == (Attachment(AttachmentKind.LINK, "https://a.example", "T"),)

    @pytest.mark.parametrize(
        "item",
        [
            {"type": "fallback"},
            {"type": "fallback", "payload": None},
            {"type": "template", "payload": {}},
            {"type": "appointment_booking", "payload": {"booking_id": "b"}},
            {"type": "invented_in_2027", "payload": {"x": 1}},
            {},
        ],
    )
    def test_unknown_content_is_kept_as_other(self, item: dict[str, Any]) -> None:
        assert self.read(item) == (Attachment(AttachmentKind.OTHER),)

    def test_place(self) -> None:
        item = {"type": "location", "payload": {"coordinates": {"lat": 21.02, "long": 105.8}}}
        assert self.read(item) == (
            Attachment(AttachmentKind.LOCATION, latitude=21.02, longitude=105.8),
        )


class TestEcho:
    def read(self, **message: Any) -> Inbound:
        message = {"mid": "m_E1", "is_echo": True, "text": "Chào bạn"} | message
        (event,) = parse(body_of(FROM_PAGE | {"message": message}), account=ACCOUNT)
        return event

    def test_our_own_send_comes_back_with_our_tag(self) -> None:
        event = self.read(app_id=int(APP), metadata="bot:msg:8f3a")
        assert (event.kind, event.user_id) == (EventKind.ECHO, CITIZEN)
        assert (event.tag, event.by_person) == ("bot:msg:8f3a", False)

    @pytest.mark.parametrize("app", [{"app_id": 263902037430900}, {"app_id": "26390203"}, {}])
    def test_any_other_writer_is_a_person(self, app: dict[str, Any]) -> None:
        assert self.read(**app).by_person

    def test_echo_carries_no_payload(self) -> None:
        assert self.read(quick_reply={"payload": "x"}).payload == ""


@pytest.mark.parametrize(
    ("part", "kind", "about"),
    [
        ({"delivery": {"mids": ["a", "b"], "watermark": 1790000000012}}, "delivered", ("a", "b")),
        ({"delivery": {"watermark": 1790000000012}}, "delivered", ()),
        ({"read": {"watermark": 1790000000013}}, "read", ()),
        ({"reaction": {"action": "react", "emoji": "❤", "mid": "m"}}, "reaction", ("m",)),
        ({"reaction": {"action": "unreact", "mid": "m"}}, "reaction", ("m",)),
        ({"message_edit": {"mid": "m", "text": "sửa", "num_edit": "1"}}, "edit", ("m",)),
        ({"response_feedback": {"feedback": "Good response", "mid": "m"}}, "rating", ("m",)),
        ({"referral": {"ref": "hdnd-2026", "source": "SHORTLINK"}}, "opened", ()),
        ({"optin": {"ref": "chat", "user_ref": "r"}}, "opened", ()),
        ({"optin": {"type": "notification_messages", "payload": "x"}}, "account", ()),
        ({"account_linking": {"status": "unlinked"}}, "account", ()),
        ({"pass_thread_control": {"new_owner_app_id": "2"}}, "control", ()),
        ({"take_thread_control": {"new_owner_app_id": "2"}}, "control", ()),
        ({"request_thread_control": {"requested_owner_app_id": "2"}}, "control", ()),
        ({"app_roles": {"2": ["primary_receiver"]}}, "control", ()),
        ({"game_play": {"game_id": "1"}}, "unknown", ()),
        ({}, "unknown", ()),
    ],
)
def test_other_events(part: dict[str, Any], kind: str, about: tuple[str, ...]) -> None:
    event = read(part)
    assert (event.kind, event.about, event.user_id) == (EventKind(kind), about, CITIZEN)


def test_edited_text_is_read() -> None:
    event = read({"message_edit": {"mid": "m", "text": "Nội dung sửa", "num_edit": 1}})
    assert (event.text, event.message_id) == ("Nội dung sửa", "")


def test_policy_warning_has_no_citizen() -> None:
    element = {"recipient": {"id": PAGE}, "timestamp": 1790000000030}
    element |= {"policy_enforcement": {"action": "block", "reason": "spam"}}
    (event,) = parse(body_of(element), account=ACCOUNT)
    assert (event.kind, event.user_id) == (EventKind.ACCOUNT, "")
    assert extra_of(event)["detail"] == {"action": "block", "reason": "spam"}


def test_plugin_visitor_is_known_by_reference() -> None:
    element = {"recipient": {"id": PAGE}, "optin": {"ref": "x", "user_ref": "r"}}
    (event,) = parse(body_of(element), account=ACCOUNT)
    assert (event.kind, event.user_id) == (EventKind.OPENED, "ref:r")


def test_message_of_nobody_is_kept_but_not_answered() -> None:
    element = {"recipient": {"id": PAGE}, "message": {"mid": "m", "text": "a"}}
    (event,) = parse(body_of(element), account=ACCOUNT)
    assert (event.kind, event.user_id, event.text) == (EventKind.UNKNOWN, "", "a")


@pytest.mark.parametrize("part", [{"message": {"mid": "m", "text": "a"}}, {"read": {}}])
def test_conversation_owned_by_another_application(part: dict[str, Any]) -> None:
    assert read(part, where="standby").kind is EventKind.STANDBY


def test_person_answering_from_the_page_inbox_is_seen_in_standby() -> None:
    echo = FROM_PAGE | {"message": {"mid": "m", "is_echo": True, "app_id": 263902037430900}}
    (event,) = parse(body_of(echo, where="standby"), account=ACCOUNT)
    assert (event.kind, event.by_person, event.user_id) == (EventKind.STANDBY, True, CITIZEN)


def test_event_of_another_page_is_kept_as_unknown() -> None:
    event = read({"message": {"mid": "m", "text": "a"}}, page="999")
    assert (event.kind, event.account_id) == (EventKind.UNKNOWN, "999")


COMMENT = {
    "item": "comment",
    "verb": "add",
    "comment_id": f"{PAGE}_900_901",
    "post_id": f"{PAGE}_900",
    "parent_id": f"{PAGE}_900",
    "from": {"id": "7100000000000009", "name": "Nguyễn Văn A"},
    "message": "Đường hư quá!",
    "created_time": 1790000000,
    "post": {"permalink_url": "https://www.facebook.com/p"},
}


class TestComments:
    def read(self, **changes: Any) -> Inbound:
        change = {"field": "feed", "value": COMMENT | changes}
        (event,) = parse(body_of(change, where="changes"), account=ACCOUNT)
        return event

    def test_comment_is_answered_through_itself(self) -> None:
        event = self.read()
        assert event.kind is EventKind.COMMENT
        assert (event.text, event.by_person) == ("Đường hư quá!", False)
        assert event.user_id == f"comment:{PAGE}_900_901"
        assert event.sent_at == datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)
        assert extra_of(event)["writer_name"] == "Nguyễn Văn A"
        assert extra_of(event)["verb"] == "add"

    def test_comment_of_the_page_itself(self) -> None:
        assert self.read(**{"from": {"id": PAGE}}).by_person

    def test_comment_without_writer_and_words(self) -> None:
        event = self.read(**{"from": None, "message": None, "photo": "https://s.example/1"})
        assert (event.kind, event.text) == (EventKind.COMMENT, "")

    def test_other_feed_news_is_not_a_comment(self) -> None:
        assert self.read(item="reaction").kind is EventKind.UNKNOWN

    def test_comment_in_a_group_comes_among_the_messages(self) -> None:
        (event,) = parse(body_of(COMMENT | {"group_id": "5"}), account=ACCOUNT)
        assert (event.kind, extra_of(event)["group_id"]) == (EventKind.COMMENT, "5")

    def test_each_edit_is_its_own_event_and_each_redelivery_is_not(self) -> None:
        first, second = self.read(verb="edited", message="a"), self.read(verb="edited", message="b")
        again = self.read(verb="edited", message="a", post={"updated_time": "later"})
        assert first.event_key != second.event_key
        assert first.event_key == again.event_key
        assert len({self.read().event_key, first.event_key}) == 2


class TestChanges:
    def test_test_button_of_the_dashboard_sends_messages_as_changes(self) -> None:
        value = FROM_CITIZEN | {"message": {"mid": "m", "text": "Thử"}}
        raw = body_of({"field": "messages", "value": value}, where="changes")
        (event,) = parse(raw, account=ACCOUNT)
        assert (event.kind, event.text, event.user_id) == (EventKind.MESSAGE, "Thử", CITIZEN)

    def test_values_may_all_be_text(self) -> None:
        value = {
            "sender": {"user_ref": "r"},
            "recipient": {"id": PAGE},
            "timestamp": "1790000000001",
            "postback": {"title": "T", "payload": "P"},
        }
        raw = json.dumps({"field": "messaging_postbacks", "value": value}).encode()
        (event,) = parse(raw, account=ACCOUNT)
        assert (event.kind, event.payload, event.account_id) == (EventKind.POSTBACK, "P", PAGE)
        assert event.user_id == "ref:r"
        assert event.sent_at == datetime(2026, 9, 21, 14, 13, 20, 1000, UTC)

    def test_template_news_is_for_the_operator_and_the_rest_unknown(self) -> None:
        raw = body_of(
            {"field": "message_template_status_update", "value": {"event": "APPROVED"}},
            {"field": "leadgen", "value": {"leadgen_id": 1}},
            {"field": "mention", "value": "text"},
            where="changes",
        )
        kinds = [event.kind for event in parse(raw, account=ACCOUNT)]
        assert kinds == [EventKind.ACCOUNT, EventKind.UNKNOWN, EventKind.UNKNOWN]


def test_all_events_of_a_batch_come_in_order() -> None:
    elements = [FROM_CITIZEN | {"message": {"mid": f"m{n}", "text": str(n)}} for n in range(3)]
    entry = {"id": PAGE, "messaging": elements[:2], "standby": elements[2:]}
    feed = {"id": PAGE, "changes": [{"field": "feed", "value": COMMENT}]}
    raw = json.dumps({"object": "page", "entry": [entry, "noise", None, feed]}).encode()
    events = parse(raw, account=ACCOUNT)
    assert [event.text for event in events] == ["0", "1", "2", "Đường hư quá!"]


def test_broken_element_does_not_lose_its_neighbours() -> None:
    good = FROM_CITIZEN | {"message": {"mid": "m", "text": "a"}}
    events = parse(body_of(None, 5, "x", [], {"message": 5}, good), account=ACCOUNT)
    assert [event.kind for event in events] == [EventKind.UNKNOWN, EventKind.MESSAGE]


class TestEventKey:
    def test_every_sample_keeps_its_own_key(self) -> None:
        keys = [read(part).event_key for part in PARTS]
        assert keys == [read(part).event_key for part in PARTS]
        assert len(set(keys)) == len(PARTS)

    def test_message_is_known_by_its_id_in_any_batch(self) -> None:
        alone = read({"message": {"mid": "m", "text": "a"}})
        other = {"message": {"mid": "m", "text": "a"}, "timestamp": 1790000000999}
        assert read(other).event_key == alone.event_key

    def test_old_button_without_id(self) -> None:
        keys = {read({"postback": {"payload": payload}}).event_key for payload in "ab"}
        assert keys == {f"{PAGE}|{CITIZEN}|1790000000001|{payload}" for payload in "ab"}

    def test_receipts_differ_by_type_and_mark(self) -> None:
        parts: list[dict[str, Any]] = [
            {"read": {"watermark": 1}},
            {"read": {"watermark": 2}},
            {"delivery": {"watermark": 1}},
        ]
        assert len({read(part).event_key for part in parts}) == 3

    def test_edits_differ_by_number(self) -> None:
        edits = [read({"message_edit": {"mid": "m", "num_edit": n}}) for n in (1, 2)]
        assert edits[0].event_key != edits[1].event_key


def assert_storable(event: Inbound) -> None:
    """PostgreSQL takes every readable part."""
    plain = [event.text, event.payload, event.message_id, event.user_id, event.event_key, event.tag]
    items = [text for item in event.attachments for text in (item.url, item.name)]
    for text in [*plain, *event.about, *items, event.account_id]:
        assert "\0" not in text
        text.encode()
    written = json.dumps(event.extra, allow_nan=False, ensure_ascii=False)
    written.encode()
    assert "\\u0000" not in written
    assert event.event_key


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00",
        b"null",
        b"[]",
        b"{}",
        b'{"entry":5}',
        b'{"entry":[[],5,{}]}',
        b"\xff",
        b"[" * 50_000 + b"]" * 50_000,
        b'{"entry":[' * 50_000,
    ],
)
def test_bytes_without_an_event_give_none(raw: bytes) -> None:
    assert parse(raw, account=ACCOUNT) == []


@pytest.mark.parametrize(
    "text",
    [
        b'"a\\u0000b\\ud800c"',
        b'"a\x00b"',
        b'"\xff\xfe"',
        b'"x","n":' + b"9" * 5000,
        b'"x","n":1e999',
        b'"x","n":' + b"[" * 400 + b"]" * 400,
        b'"x","n":' + b"[" * 800 + b"]" * 800,
    ],
)
def test_damaged_message_is_still_a_message(text: bytes) -> None:
    raw = body_of(FROM_CITIZEN | {"message": {"mid": "m", "text": "TEXT"}})
    (event,) = parse(raw.replace(b'"TEXT"', text), account=ACCOUNT)
    assert (event.kind, event.user_id, event.raw != b"") == (EventKind.MESSAGE, CITIZEN, True)
    assert event.text
    assert_storable(event)


@given(raw=st.binary())
def test_any_bytes_are_read_without_error(raw: bytes) -> None:
    for event in parse(raw, account=ACCOUNT):
        assert_storable(event)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["sender", "recipient", "from", "item", "timestamp", "message", "postback", "read", "field"]
) | st.sampled_from(
    ["value", "delivery", "reaction", "optin", "mid", "attachments", "text", "watermark", "id"]
)


@given(
    part=st.sampled_from(PARTS),
    changes=st.dictionaries(NAMES, JSON_VALUES, max_size=4),
    inner=st.dictionaries(NAMES, JSON_VALUES, max_size=4),
    where=st.sampled_from(["messaging", "standby", "changes"]),
)
def test_wrong_types_at_any_place_are_read_without_error(
    part: dict[str, Any], changes: dict[str, Any], inner: dict[str, Any], where: str
) -> None:
    ((name, value),) = part.items()
    element = FROM_CITIZEN | {name: value | inner} | changes
    for event in parse(body_of(element, where=where), account=ACCOUNT):
        assert_storable(event)


def test_a_thousand_events_in_two_megabytes_are_read_fast() -> None:
    text = "Đường ngập " * 29
    elements = [FROM_CITIZEN | {"message": {"mid": f"m{n}", "text": text}} for n in range(1000)]
    raw = body_of(*elements)
    assert len(raw) > 750_000
    raw = raw.replace(b'"text": "', b'"text": "' + b"a" * 1200)
    assert len(raw) > 1_900_000
    started = time.perf_counter()
    assert len(parse(raw, account=ACCOUNT)) == 1000
    assert time.perf_counter() - started < 0.5
