"""What a Zalo webhook body means to us."""

import json
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.messages import Attachment, AttachmentKind, EventKind, Inbound
from webhooks.zalo.parse import parse

OA = "4000000000000000001"
CITIZEN = "9000000000000000001"
SAMPLES: dict[str, dict[str, Any]] = {
    json.loads(line)["event_name"]: json.loads(line)
    for line in (Path(__file__).parents[1] / "payloads" / "zalo_events.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
}


def read(body: dict[str, Any]) -> Inbound:
    (event,) = parse(json.dumps(body, ensure_ascii=False).encode(), oa_id=OA)
    return event


def sample(name: str, **changes: Any) -> dict[str, Any]:
    return SAMPLES[name] | changes


def test_text_message() -> None:
    event = read(sample("user_send_text"))
    assert event.kind is EventKind.MESSAGE
    assert event.conversation_id == f"zalo:{OA}:{CITIZEN}"
    assert event.text == "Đường Trần Phú bị ngập"
    assert event.message_id == "aa00bb11cc22dd33ee44"
    assert event.sent_at == datetime(2025, 10, 9, 8, 53, 20, 123000, UTC)
    assert event.payload == ""
    assert event.extra is not None
    assert event.extra["quotes"] == "ff99ee88dd77cc66bb55"


def test_raw_copy_is_the_whole_body() -> None:
    raw = json.dumps(sample("user_send_text")).encode() + b"\n"
    assert parse(raw, oa_id=OA)[0].raw == raw


@pytest.mark.parametrize(
    ("name", "attachment"),
    [
        (
            "user_send_image",
            Attachment(AttachmentKind.IMAGE, "http://f1.photo.talk.zdn.vn/aaa.jpg"),
        ),
        ("user_send_gif", Attachment(AttachmentKind.IMAGE, "http://f1.photo.talk.zdn.vn/g.gif")),
        ("user_send_audio", Attachment(AttachmentKind.AUDIO, "http://voice.talk.zdn.vn/v.amr")),
        ("user_send_video", Attachment(AttachmentKind.VIDEO, "http://f1.video.talk.zdn.vn/v.mp4")),
        (
            "user_send_file",
            Attachment(AttachmentKind.FILE, "http://f1.file.talk.zdn.vn/don.pdf", "don.pdf"),
        ),
        (
            "user_send_sticker",
            Attachment(
                AttachmentKind.STICKER, "https://zalo-api.zadn.vn/sticker/12345", name="12345"
            ),
        ),
        (
            "user_send_link",
            Attachment(AttachmentKind.LINK, "https://example.gov.vn", name="Cổng thông tin"),
        ),
        (
            "user_send_location",
            Attachment(AttachmentKind.LOCATION, latitude=12.2451, longitude=109.1943),
        ),
        ("user_send_business_card", Attachment(AttachmentKind.LINK, "https://zalo.me/x")),
    ],
)
def test_message_with_attachment(name: str, attachment: Attachment) -> None:
    event = read(sample(name))
    assert (event.kind, event.user_id) == (EventKind.MESSAGE, CITIZEN)
    assert event.attachments == (attachment,)


def test_shared_contact_shows_its_phone_number() -> None:
    event = read(sample("user_send_business_card"))
    assert event.extra is not None
    assert event.extra["card"]["phone"] == "84900000001"


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [("abc", "109"), ("91", "109"), ("12", "-181"), ("NaN", "1"), (None, "1"), ([], {}), (True, 1)],
)
def test_place_off_the_globe_is_a_place_without_coordinates(latitude: Any, longitude: Any) -> None:
    body = sample("user_send_location")
    place = {"coordinates": {"latitude": latitude, "longitude": longitude}}
    body["message"] = {"msg_id": "m", "attachments": [{"type": "location", "payload": place}]}
    (attachment,) = read(body).attachments
    assert attachment == Attachment(AttachmentKind.LOCATION)


def test_photo_is_another_word_for_image_and_new_types_are_kept() -> None:
    body = sample("user_send_image")
    items = [{"type": kind, "payload": {"url": "http://a.zdn.vn/x"}} for kind in ("photo", "hover")]
    body["message"] = {"msg_id": "m", "attachments": items}
    kinds = [item.kind for item in read(body).attachments]
    assert kinds == [AttachmentKind.IMAGE, AttachmentKind.OTHER]


def test_pressed_button_gives_its_payload_and_keeps_the_text() -> None:
    event = read(sample("user_send_text", message={"text": "#menu", "msg_id": "m1"}))
    assert (event.payload, event.text) == ("#menu", "#menu")


def test_hash_sign_of_a_person_at_the_account_is_no_button() -> None:
    event = read(sample("oa_send_text", message={"text": "#menu", "msg_id": "m1"}))
    assert event.payload == ""


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("follow", EventKind.FOLLOW),
        ("user_click_chatnow", EventKind.OPENED),
        ("user_submit_info", EventKind.CONTACT),
        ("user_received_message", EventKind.DELIVERED),
        ("user_seen_message", EventKind.READ),
        ("user_reacted_message", EventKind.REACTION),
        ("oa_send_text", EventKind.ECHO),
        ("user_withdraw", EventKind.PRIVACY),
    ],
)
def test_event_concerns_the_citizen(name: str, kind: EventKind) -> None:
    event = read(sample(name))
    assert (event.kind, event.account_id, event.user_id) == (kind, OA, CITIZEN)


def test_unfollow() -> None:
    event = read(sample("follow", event_name="unfollow"))
    assert (event.kind, event.user_id) == (EventKind.UNFOLLOW, CITIZEN)


@pytest.mark.parametrize("name", ["add_user_to_tag", "oa_send_consent", "user_reply_consent"])
def test_management_event_concerns_nobody(name: str) -> None:
    event = read(sample(name))
    assert (event.kind, event.account_id, event.user_id) == (EventKind.ACCOUNT, OA, "")


def test_template_event_names_its_account_otherwise() -> None:
    event = read({"event_name": "change_template_status", "oaId": OA, "timestamp": "1760000000123"})
    assert (event.kind, event.account_id) == (EventKind.ACCOUNT, OA)


def test_seen_event_may_name_either_side_first() -> None:
    body = sample("user_seen_message")
    turned = body | {"sender": body["recipient"], "recipient": body["sender"]}
    assert read(body).user_id == read(turned).user_id == CITIZEN
    assert read(body).about == ("bb00cc11dd22ee33ff44", "bb00cc11dd22ee33ff45")


def test_reaction_speaks_of_the_message_reacted_to() -> None:
    event = read(sample("user_reacted_message"))
    assert (event.about, event.message_id) == (("bb00cc11dd22ee33ff44",), "")
    assert event.extra is not None
    assert event.extra["reaction"] == "/-heart"


def test_person_typing_at_the_account_is_told_from_our_own_sends() -> None:
    by_person = read(sample("oa_send_text"))
    by_us = read(sample("oa_send_text", sender={"id": OA}))
    assert (by_person.by_person, by_us.by_person) == (True, False)
    assert by_us.text == "Cán bộ đã tiếp nhận"


def test_template_echo_shows_its_words() -> None:
    payload = {"zinstant_id": "1", "text": "Phiếu tiếp nhận", "link_url": "https://example.gov.vn"}
    message = {"msg_id": "m", "attachments": [{"type": "template", "payload": payload}]}
    event = read(sample("oa_send_text", event_name="oa_send_template", message=message))
    assert (event.kind, event.text) == (EventKind.ECHO, "Phiếu tiếp nhận")


def test_visitor_without_identity_is_answered_through_the_conversation() -> None:
    event = read(sample("anonymous_send_text"))
    assert event.user_id == "anon-5000000000000001~conv-300000000001"
    body = sample("anonymous_send_text")
    body["conversation_id"] = body["message"].pop("conversation_id")
    assert read(body).user_id == event.user_id


def test_echo_to_a_visitor_is_of_the_same_conversation() -> None:
    body = sample("anonymous_send_text", event_name="oa_send_anonymous_text")
    body |= {"sender": body["recipient"], "recipient": body["sender"]}
    event = read(body)
    assert event.kind is EventKind.ECHO
    assert event.conversation_id == read(sample("anonymous_send_text")).conversation_id


def test_contact_data_in_its_older_form() -> None:
    info = {"name": "A", "phone": 84900000001, "address": "Số 1", "ward": "P. 2", "city": "T"}
    extra = read(sample("user_submit_info", info=info)).extra
    assert extra is not None
    assert extra["contact"] == {"name": "A", "phone": "84900000001", "address": "Số 1, P. 2, T"}


def test_talk_in_a_group_stays_out_of_the_private_conversation() -> None:
    event = read(sample("user_send_text", event_name="user_send_group_text", oa_id=OA))
    assert (event.kind, event.user_id) == (EventKind.ACCOUNT, "")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("user_did_something_new", EventKind.UNKNOWN),
        ("", EventKind.UNKNOWN),
        ("user_send_hologram", EventKind.MESSAGE),
    ],
)
def test_undescribed_event_is_kept(name: str, kind: EventKind) -> None:
    event = read(sample("user_send_text", event_name=name))
    assert (event.kind, event.user_id, event.raw != b"") == (kind, CITIZEN, True)


def test_message_of_nobody_is_kept_but_not_answered() -> None:
    event = read(sample("user_send_text", sender=None))
    assert (event.kind, event.user_id) == (EventKind.UNKNOWN, "")
    assert event.text


def test_event_of_another_account_is_kept_as_unknown() -> None:
    event = read(sample("user_send_text", recipient={"id": "4999"}))
    assert (event.kind, event.account_id, event.user_id) == (EventKind.UNKNOWN, "4999", CITIZEN)
    assert read(sample("follow", oa_id="4999")).kind is EventKind.UNKNOWN
    echo = read(sample("oa_send_text", sender={"id": "4999"}))
    assert (echo.kind, echo.account_id, echo.user_id) == (EventKind.UNKNOWN, "4999", CITIZEN)


@pytest.mark.parametrize(
    "stamp",
    [
        {"timestamp": "1760000000123"},
        {"timestamp": 1760000000123},
        {"timeStamp": "1760000000123"},
    ],
)
def test_time_stamp_in_every_known_form(stamp: dict[str, Any]) -> None:
    body = {key: value for key, value in sample("follow").items() if key != "timestamp"}
    assert read(body | stamp).sent_at == datetime(2025, 10, 9, 8, 53, 20, 123000, UTC)


@pytest.mark.parametrize("stamp", ["", "soon", "-1", "9" * 5000, None, [], 1e300, True])
def test_senseless_time_stamp_is_no_time(stamp: Any) -> None:
    assert read(sample("user_send_text", timestamp=stamp)).sent_at is None


class TestEventKey:
    def test_redelivered_body_has_the_same_key(self) -> None:
        for body in SAMPLES.values():
            assert read(body).event_key == read(dict(body)).event_key

    def test_every_sample_has_its_own_key(self) -> None:
        assert len({read(body).event_key for body in SAMPLES.values()}) == len(SAMPLES)

    def test_message_is_known_by_its_id_alone(self) -> None:
        later = sample("user_send_text", timestamp="1760000999999")
        assert read(later).event_key == read(sample("user_send_text")).event_key

    def test_receipt_of_a_message_is_not_the_message(self) -> None:
        echo = sample("oa_send_text", message={"msg_id": "x1", "text": "a"})
        receipt = sample("user_received_message", message={"msg_id": "x1"})
        assert read(echo).event_key != read(receipt).event_key

    def test_two_followers_in_the_same_millisecond_are_two_events(self) -> None:
        other = sample("follow", follower={"id": "9000000000000000002"})
        assert read(other).event_key != read(sample("follow")).event_key

    def test_key_fits_an_index_whatever_the_ids(self) -> None:
        message = {"msg_ids": [str(number) * 10 for number in range(1000)]}
        assert len(read(sample("user_seen_message", message=message)).event_key) <= 200

    def test_event_without_id_and_time_is_known_by_its_bytes(self) -> None:
        one, two = read({"event_name": "x", "a": 1}), read({"event_name": "x", "a": 2})
        assert one.event_key != two.event_key


def texts_of(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for pair in value.items() for item in pair for text in texts_of(item)]
    if isinstance(value, list | tuple):
        return [text for item in value for text in texts_of(item)]
    return []


def assert_storable(event: Inbound) -> None:
    """PostgreSQL takes every readable part."""
    attachments = [text for item in event.attachments for text in (item.url, item.name)]
    plain = [event.text, event.payload, event.message_id, event.user_id, event.event_key]
    for text in [*plain, *event.about, *attachments, *texts_of(event.extra)]:
        assert "\0" not in text
        text.encode()
    json.dumps(event.extra, allow_nan=False)
    assert event.event_key


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00",
        b"null",
        b"[]",
        b"{}",
        b'"x"',
        b"{",
        b"\xff\xfe",
        b"[" * 50_000 + b"]" * 50_000,
        b'{"message":' * 50_000 + b"1" + b"}" * 50_000,
        b'{"timestamp":' + b"9" * 5000,
    ],
)
def test_bytes_without_an_event_give_none(raw: bytes) -> None:
    assert parse(raw, oa_id=OA) == []


@pytest.mark.parametrize(
    "broken",
    [
        b'"text":"a\\u0000b\\ud800c"',
        b'"text":"a\x00b"',
        b'"text":"\xff\xfe"',
        b'"text":"ok","number":' + b"9" * 5000,
        b'"text":"ok","number":1e999,"other":NaN',
    ],
)
def test_damaged_message_is_still_a_message(broken: bytes) -> None:
    raw = json.dumps(sample("user_send_text")).encode()
    raw = raw.replace(b'"text": "\\u0110', broken + b', "rest": "\\u0110')
    (event,) = parse(raw, oa_id=OA)
    assert (event.kind, event.user_id) == (EventKind.MESSAGE, CITIZEN)
    assert event.text
    assert_storable(event)


def test_letters_are_not_normalised() -> None:
    decomposed = unicodedata.normalize("NFD", "Đường ngập")
    event = read(sample("user_send_text", message={"text": decomposed, "msg_id": "m"}))
    assert event.text == decomposed


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = [
    "event_name",
    "sender",
    "recipient",
    "message",
    "timestamp",
    "oa_id",
    "follower",
    "user_id",
    "info",
    "data",
    "tag",
    "app_id",
]


@given(raw=st.binary())
def test_any_bytes_are_read_without_error(raw: bytes) -> None:
    for event in parse(raw, oa_id=OA):
        assert_storable(event)


@given(
    name=st.sampled_from(sorted(SAMPLES)),
    changes=st.dictionaries(st.sampled_from(FIELDS), JSON_VALUES, max_size=4),
    inner=st.dictionaries(
        st.sampled_from(["text", "msg_id", "msg_ids", "attachments", "conversation_id"]),
        JSON_VALUES,
    ),
)
def test_wrong_types_at_any_place_are_read_without_error(
    name: str, changes: dict[str, Any], inner: dict[str, Any]
) -> None:
    body = SAMPLES[name] | {"message": dict(SAMPLES[name].get("message", {})) | inner} | changes
    for event in parse(json.dumps(body).encode(), oa_id=OA):
        assert_storable(event)
