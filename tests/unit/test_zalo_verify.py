"""Only bytes that Zalo signed for our application get in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhooks.sandbox.signing import sign_zalo
from webhooks.zalo.verify import mac, verify

APP_ID = "1111222233334444555"
SECRET = "OaSecretKeySample01"
BODY = (
    '{"app_id":"1111222233334444555","sender":{"id":"9000000000000000001"},'
    '"user_id_by_app":"7000000000000000001","recipient":{"id":"4000000000000000001"},'
    '"event_name":"user_send_text","message":{"text":"Đường bị ngập 😟",'
    '"msg_id":"aa00bb11cc22dd33ee44"},"timestamp":"1760000000123"}'
).encode()
MAC = "410221ae08d2d3edbaef0144c7c2d5c70b787fbaa9c97fe6e0d9d309fe11ac6c"


def check(raw: bytes, signature: str, *, app_id: str = APP_ID, secret: str = SECRET) -> bool:
    return verify(raw, {"X-ZEvent-Signature": signature}, app_id=app_id, secret=secret)


def test_known_body_has_the_known_mac() -> None:
    assert len(BODY) == 288
    assert mac(BODY, app_id=APP_ID, timestamp="1760000000123", secret=SECRET) == MAC


@pytest.mark.parametrize(
    "signature", [f"mac={MAC}", MAC, f"MAC={MAC.upper()}", f"  mac= {MAC} ", f"Mac={MAC}"]
)
def test_every_spelling_of_the_right_signature_is_taken(signature: str) -> None:
    assert check(BODY, signature)


def test_header_name_is_found_in_any_case() -> None:
    assert verify(BODY, {"x-zevent-signature": f"mac={MAC}"}, app_id=APP_ID, secret=SECRET)


@pytest.mark.parametrize("signature", ["", "mac=", "mac=00", "mac=é", MAC[:-1], f"sha256={MAC}"])
def test_wrong_signature_is_refused(signature: str) -> None:
    assert not check(BODY, signature)


def test_missing_header_is_refused() -> None:
    assert not verify(BODY, {}, app_id=APP_ID, secret=SECRET)


def test_body_that_was_parsed_and_written_again_is_refused() -> None:
    assert not check(json.dumps(json.loads(BODY), separators=(",", ":")).encode(), f"mac={MAC}")


def test_one_changed_byte_is_refused() -> None:
    assert not check(BODY.replace("ngập".encode(), "ngắp".encode()), f"mac={MAC}")


def test_body_signed_for_another_application_is_refused() -> None:
    other = sign_zalo({"timestamp": "1760000000123"}, app_id="9", secret=SECRET)
    assert verify(other.raw, other.headers, app_id="9", secret=SECRET)
    assert not verify(other.raw, other.headers, app_id=APP_ID, secret=SECRET)


def test_body_that_names_another_application_is_refused() -> None:
    raw = BODY.replace(APP_ID.encode(), b"9")
    assert not check(raw, mac(raw, app_id=APP_ID, timestamp="1760000000123", secret=SECRET))


@pytest.mark.parametrize(("app_id", "secret"), [("", SECRET), (APP_ID, "")])
def test_an_account_without_settings_takes_nothing(app_id: str, secret: str) -> None:
    raw = b'{"app_id":"' + app_id.encode() + b'","timestamp":"1"}'
    signature = mac(raw, app_id=app_id, timestamp="1", secret=secret)
    assert not check(raw, signature, app_id=app_id, secret=secret)


@pytest.mark.parametrize("field", ['"timestamp":1760000000123', '"timeStamp":"1760000000123"'])
def test_time_stamp_is_signed_as_it_is_written(field: str) -> None:
    raw = BODY.replace(b'"timestamp":"1760000000123"', field.encode())
    assert check(raw, mac(raw, app_id=APP_ID, timestamp="1760000000123", secret=SECRET))


@pytest.mark.parametrize("written", ["1.7e12", "01.50", "-5", '"x"', "null", "[]", '"१२३"'])
def test_time_stamp_that_is_no_plain_number_is_refused(written: str) -> None:
    raw = BODY.replace(b'"1760000000123"', written.encode())
    text = written.strip('"')
    assert not check(raw, mac(raw, app_id=APP_ID, timestamp=text, secret=SECRET))


def test_bytes_cannot_move_between_body_and_time_stamp() -> None:
    longer = BODY + b" "
    signature = mac(longer, app_id=APP_ID, timestamp="1760000000123", secret=SECRET)
    assert check(longer, signature)
    assert not check(BODY, signature)


@given(raw=st.binary(), signature=st.text())
def test_no_bytes_and_no_header_ever_raise(raw: bytes, signature: str) -> None:
    assert not check(raw, signature)


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00", b"\xff\xfe", b"[" * 50_000, b'{"a":' * 50_000, b'{"timestamp":' + b"9" * 5000],
)
def test_hostile_bytes_are_refused_quietly(raw: bytes) -> None:
    assert not check(raw, f"mac={MAC}")


def test_lone_surrogate_inside_a_signed_body_does_not_disturb() -> None:
    raw = BODY.replace(b"aa00bb11", b"\\ud800")
    assert check(raw, mac(raw, app_id=APP_ID, timestamp="1760000000123", secret=SECRET))
