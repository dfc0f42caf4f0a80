"""Builds a message and hands it to the mail server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

import aiosmtplib

from app.jobs import GivenUpError, TryAgainError
from app.mail.letters import Letter
from app.mail.server import MailServer, clean_address

#: Seconds for one step of the talk with the server.
_TIMEOUT = 20
#: SMTP answers from here on mean: never (RFC 5321, 4.2.1).
_NEVER = 500
_REFUSED = "refused"


def make_message(server: MailServer, letter: Letter, recipient: str, now: datetime) -> EmailMessage:
    """Plain text for one person.

    Raises:
        GivenUpError: the recipient is no mailbox.
    """
    mailbox = clean_address(recipient)
    if not mailbox:
        raise GivenUpError("no_mailbox")
    message = EmailMessage()
    name = " ".join(letter.office.split())
    message["From"] = Address(display_name=name, addr_spec=server.sender)
    message["To"] = Address(addr_spec=mailbox)
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=_domain(server.sender))
    # RFC 3834: no out-of-office notes and no bounces to bounces.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.body)
    message["Content-Language"] = letter.lang
    return message


async def send(server: MailServer, message: EmailMessage) -> None:
    """Hand it over.

    Raises:
        GivenUpError: the server does not take this message or this recipient.
        TryAgainError: server away, busy, or it refuses us; an operator may mend that.
    """
    try:
        async with _talk(server) as client:
            await client.send_message(message)
    except aiosmtplib.SMTPRecipientsRefused as error:
        raise _decided([refusal.code for refusal in error.recipients]) from None
    except (aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError) as error:
        raise _decided([error.code]) from None
    except aiosmtplib.SMTPResponseException as error:
        raise TryAgainError(f"{type(error).__name__} {error.code}") from None
    except (aiosmtplib.SMTPException, OSError) as error:
        # The text of these errors may name the recipient.
        raise TryAgainError(type(error).__name__) from None


async def greet(server: MailServer) -> None:
    """Connect, log in and leave.

    Raises:
        TryAgainError: that does not work; the message says what.
    """
    try:
        async with _talk(server) as client:
            await client.noop()
    except aiosmtplib.SMTPResponseException as error:
        raise TryAgainError(f"{type(error).__name__} {error.code}") from None
    except (aiosmtplib.SMTPException, OSError) as error:
        raise TryAgainError(type(error).__name__) from None


@asynccontextmanager
async def _talk(server: MailServer) -> AsyncIterator[aiosmtplib.SMTP]:
    """Connected and logged in. Left at once when interrupted: nobody waits for a farewell."""
    client = _client(server)
    try:
        await client.connect()
        yield client
        # The letter is taken by now: what goes wrong here must not send it again.
        with suppress(aiosmtplib.SMTPException, OSError):
            await client.quit()
    finally:
        client.close()


def _client(server: MailServer) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.tls,
        # None: encrypted when the server offers it.
        start_tls=False if server.tls else (True if server.needs_encryption else None),
        username=server.user or None,
        password=server.password or None,
        # The machine's own name is nobody's business.
        local_hostname=_domain(server.sender),
        timeout=_TIMEOUT,
    )


def _decided(codes: list[int]) -> GivenUpError | TryAgainError:
    if all(code >= _NEVER for code in codes):
        return GivenUpError(f"{_REFUSED} {max(codes)}")
    return TryAgainError(f"{_REFUSED} {min(codes)}")


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
