"""The address of the mail server, and what counts as a mailbox."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.server import MailServer, clean_address, read_mail_server

FROM = "hoidap@example.gov.vn"


def test_every_part_of_the_address() -> None:
    found = read_mail_server(f"smtps://me%40x:p%2Fw@mail.example.vn:4650/?from={FROM}")
    assert found == MailServer(
        host="mail.example.vn", port=4650, tls=True, user="me@x", password="p/w", sender=FROM
    )
    assert "p/w" not in repr(found)
    assert "me@x" not in repr(found)


@pytest.mark.parametrize(
    ("written", "port", "tls"),
    [
        (f"smtp://localhost?from={FROM}", 587, False),
        (f"smtp://localhost:25?from={FROM}", 25, False),
        (f"smtps://localhost?from={FROM}", 465, True),
    ],
)
def test_ports(written: str, port: int, tls: bool) -> None:
    found = read_mail_server(written)
    assert found is not None
    assert (found.port, found.tls) == (port, tls)


def test_the_user_is_the_sender_when_nothing_else_is_said() -> None:
    found = read_mail_server("smtp://hoidap%40example.gov.vn:word@mail.example.vn")
    assert found is not None
    assert found.sender == FROM


@pytest.mark.parametrize(
    ("written", "needs"),
    [
        (f"smtp://u:p@mail.example.vn?from={FROM}", True),
        (f"smtp://mail.example.vn?from={FROM}", False),
        (f"smtp://u:p@127.0.0.1?from={FROM}", False),
        (f"smtp://u:p@localhost?from={FROM}", False),
    ],
)
def test_a_password_crosses_no_open_network(written: str, needs: bool) -> None:
    found = read_mail_server(written)
    assert found is not None
    assert found.needs_encryption is needs


@pytest.mark.parametrize(
    "written",
    [
        "smtp://mail.example.vn",  # no sender
        f"smtp://?from={FROM}",
        f"smtp://mail.example.vn:port?from={FROM}",
        f"smtp://mail.example.vn/inbox?from={FROM}",
        f"smtp://user@mail.example.vn?from={FROM}",  # no password
        f"smtp://mail.example.vn?from={FROM}&tls=no",
        f"smtp://mail.example.vn?from={FROM}%0d%0aBcc:x@example.vn",
        f"imap://mail.example.vn?from={FROM}",
        "smtp://[::1?from=a@b.vn",
    ],
)
def test_what_is_no_mail_server(written: str) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        read_mail_server(written)


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        (" an.nguyen+x@example.gov.vn ", "an.nguyen+x@example.gov.vn"),
        ("an@tỉnh.vn", "an@xn--tnh-dlz.vn"),
        ("an@example", ""),
        ("an@@example.vn", ""),
        ("ẩn@example.vn", ""),
        ("a@example.vn,b@example.vn", ""),
        ("a@example.vn\nBcc: b@example.vn", ""),
        ("An <a@example.vn>", ""),
        ("a@-example.vn", ""),
        ("a@example..vn", ""),
        (f"a@{'x' * 64}.vn", ""),
        (f"{'a' * 64}@{'x.' * 120}vn", ""),
        ("", ""),
    ],
)
def test_one_mailbox_and_nothing_beside_it(written: str, clean: str) -> None:
    assert clean_address(written) == clean


@given(st.text(max_size=60))
def test_nothing_written_brings_a_second_line_or_address(written: str) -> None:
    found = clean_address(written)
    assert found == "" or (found.isascii() and found.count("@") == 1)
    assert not set(found) & set(" \r\n\t,;<>")
