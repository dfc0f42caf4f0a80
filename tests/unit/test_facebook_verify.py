"""Only bytes that Meta signed with our secret get in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhooks.facebook.verify import find_challenge, signature, verify
from webhooks.proof import appsecret_proof
from webhooks.sandbox.signing import sign_facebook

SECRET = "test_app_secret_0123456789abcdef"
BODY = (
    rb'{"object":"page","entry":[{"id":"100000000000001","time":1790000000123,"messaging":'
    rb'[{"sender":{"id":"7000000000000001"},"recipient":{"id":"100000000000001"},"timestamp":'
    rb'1790000000001,"message":{"mid":"m_TEST0001","text":"Xin ch\u00e0o, t\u00f4i mu\u1ed1n '
    rb'ph\u1ea3n \u00e1nh \u0111\u01b0\u1eddng ng\u1eadp"}}]}]}'
)
DIGEST = "89fa63d086e281f769d87f4ab8fcc3a416c3465ab08047309df6cbd1c6217f41"
REWRITTEN_DIGEST = "7a1edc081a44845bb0466d15f34490d0be97da47d2aa9904bb69c63367a13cc3"
SHA1_DIGEST = "7e28eea0478230f8c8b6169556f0f8755bc24fc1"


def check(raw: bytes, value: str, *, secret: str = SECRET) -> bool:
    return verify(raw, {"X-Hub-Signature-256": value}, secret=secret)


def test_known_body_has_the_known_signature() -> None:
    assert len(BODY) == 311
    assert signature(BODY, secret=SECRET) == f"sha256={DIGEST}"
    assert check(BODY, f"sha256={DIGEST}")


def test_same_json_with_vietnamese_letters_is_other_bytes() -> None:
    rewritten = json.dumps(json.loads(BODY), ensure_ascii=False, separators=(",", ":")).encode()
    assert len(rewritten) == 279
    assert signature(rewritten, secret=SECRET) == f"sha256={REWRITTEN_DIGEST}"
    assert not check(rewritten, f"sha256={DIGEST}")


@pytest.mark.parametrize(
    "value", ["", "sha256=", DIGEST, f"sha1={SHA1_DIGEST}", f"sha256={DIGEST[:-1]}", "sha256=é"]
)
def test_wrong_signature_is_refused(value: str) -> None:
    assert not check(BODY, value)


def test_legacy_header_alone_is_refused() -> None:
    assert not verify(BODY, {"X-Hub-Signature": f"sha1={SHA1_DIGEST}"}, secret=SECRET)


def test_header_name_is_found_in_any_case() -> None:
    assert verify(BODY, {"x-hub-signature-256": f"sha256={DIGEST}"}, secret=SECRET)


def test_an_account_without_secret_takes_nothing() -> None:
    assert not check(BODY, signature(BODY, secret=""), secret="")


@given(raw=st.binary(), value=st.text())
def test_no_bytes_and_no_header_ever_raise(raw: bytes, value: str) -> None:
    assert not check(raw, value)


def test_signing_helper_writes_what_meta_writes() -> None:
    signed = sign_facebook(json.loads(BODY), secret=SECRET)
    assert signed.raw == BODY
    assert verify(signed.raw, signed.headers, secret=SECRET)


def test_proof_of_the_app_secret() -> None:
    proof = appsecret_proof(secret=SECRET, token="EAATESTPAGETOKEN")
    assert proof == "f4b618106d9e932c058837006fb5bfd987850520193c236461d77893b11349fa"


QUERY = {"hub.mode": "subscribe", "hub.verify_token": "vt-demo", "hub.challenge": "1158201444"}


def test_subscription_check_gets_its_challenge_back() -> None:
    assert find_challenge(QUERY, verify_token="vt-demo") == "1158201444"


@pytest.mark.parametrize(
    ("query", "token"),
    [
        (QUERY, "another"),
        (QUERY, ""),
        (QUERY | {"hub.verify_token": ""}, ""),
        (QUERY | {"hub.mode": "unsubscribe"}, "vt-demo"),
        (QUERY | {"hub.verify_token": "vt-démo"}, "vt-demo"),
        ({"hub.mode": "subscribe", "hub.verify_token": "vt-demo"}, "vt-demo"),
        ({}, "vt-demo"),
    ],
)
def test_subscription_check_of_a_stranger_fails(query: dict[str, str], token: str) -> None:
    assert find_challenge(query, verify_token=token) is None
