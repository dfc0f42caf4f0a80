"""Where mail is handed over, from one address: `smtp://user:password@host:587?from=a@b.vn`."""

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import parse_qs, unquote, urlsplit

#: Scheme → port when none is written, and whether the connection begins encrypted.
_SCHEMES = {"smtp": (587, False), "smtps": (465, True)}
#: ASCII mailbox names only: what goes beyond needs SMTPUTF8 at every server on the way.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([^\s@,;:<>()\[\]\\\"]+)")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.IGNORECASE)
_MAX_ADDRESS = 254


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    host: str
    port: int
    #: Encrypted from the first byte; else STARTTLS.
    tls: bool
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    #: The address letters come from.
    sender: str

    @property
    def needs_encryption(self) -> bool:
        """Whether to give up rather than speak openly: passwords cross no open network."""
        return bool(self.user) and not self._is_loopback

    @property
    def _is_loopback(self) -> bool:
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def read_mail_server(address: str) -> MailServer | None:
    """None for an empty text.

    Raises:
        ValueError: not such an address; says nothing of it, a password may be in it.
    """
    if not address.strip():
        return None
    try:
        parts = urlsplit(address.strip())
        port, tls = _SCHEMES[parts.scheme]
        options = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
        user = unquote(parts.username or "")
        sender = clean_address(options.pop("from", [user])[-1])
        port = parts.port or port
    except (KeyError, ValueError):
        raise ValueError from None
    if not parts.hostname or options or parts.path not in ("", "/") or not sender:
        raise ValueError
    password = unquote(parts.password or "")
    if bool(user) != bool(password):
        raise ValueError
    return MailServer(
        host=parts.hostname, port=port, tls=tls, user=user, password=password, sender=sender
    )


def clean_address(written: str) -> str:
    """The address as a server takes it, empty when it is none: one mailbox, nothing beside it."""
    written = written.strip()
    found = _ADDRESS.fullmatch(written)
    if found is None or len(written) > _MAX_ADDRESS:
        return ""
    try:
        domain = found.group(1).encode("idna").decode()
    except UnicodeError:
        return ""
    labels = domain.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):  # noqa: PLR2004 - a name and its top-level domain
        return ""
    return f"{written.rpartition('@')[0]}@{domain}"
