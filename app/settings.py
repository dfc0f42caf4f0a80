"""Settings from the environment or `.env`: read once, all errors reported together."""

import ipaddress
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from app.mail.server import MailServer, read_mail_server
from webhooks.sandbox.accounts import is_sandbox_address

#: What a guesser cannot try out.
_KEY_CHARS = 16


class SettingsError(Exception):
    """The configuration cannot work; the message names every reason."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Secret(str):
    """A string that does not show itself."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'" if self else "''"


def _text(value: str) -> str:
    return value.strip()


def _secret(value: str) -> Secret:
    return Secret(value.strip())


def _folder(value: str) -> Path:
    try:
        return Path(value).expanduser()
    except RuntimeError as error:  # `~somebody` who has no home here
        raise ValueError from error


def _port(value: str) -> int:
    number = int(value)
    if not 0 <= number < 65536:  # noqa: PLR2004 - the range of ports
        raise ValueError(value)
    return number


def _address(value: str) -> str:
    """An http(s) address without a trailing slash."""
    parts = urlsplit(value.strip())
    if value.strip() and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError(value)
    if parts.username or parts.password:  # it would be shown; secrets have settings of their own
        raise ValueError
    _ = parts.port  # reading it raises ValueError for what is no port
    return value.strip().rstrip("/")


def _database(value: str) -> Secret:
    """Any way to write a PostgreSQL address; psycopg's dialect is what we use."""
    value = value.strip()
    if not value:
        return Secret("")
    scheme, _, rest = value.partition("://")
    if scheme not in {"postgres", "postgresql", "postgresql+psycopg"} or not rest:
        raise ValueError
    address = f"postgresql+psycopg://{rest}"
    try:
        make_url(address)
    except ArgumentError:
        raise ValueError from None
    return Secret(address)


def _keys(value: str) -> tuple[Secret, ...]:
    keys = tuple(Secret(part) for part in value.replace(",", " ").split())
    if any(len(key) < _KEY_CHARS for key in keys):
        raise ValueError
    return keys


def _networks(value: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in value.split(",") if part.strip())
    for part in parts:
        ipaddress.ip_network(part, strict=False)
    return parts


@dataclass(frozen=True, slots=True)
class _Kind:
    read: Callable[[str], Any]
    #: What a right value looks like, for the error message.
    shape: str


_KINDS = {
    "text": _Kind(_text, "text"),
    "secret": _Kind(_secret, "text"),
    "folder": _Kind(_folder, "a folder"),
    "port": _Kind(_port, "a number from 0 to 65535"),
    "address": _Kind(_address, "an address that begins with http:// or https://"),
    "database": _Kind(_database, "postgresql://user:password@host:5432/name"),
    "mail": _Kind(
        read_mail_server, "smtp://user:password@host:587?from=name@example.vn (or smtps://)"
    ),
    "keys": _Kind(_keys, "random texts of at least 16 characters, separated by commas"),
    "networks": _Kind(_networks, "IP addresses or networks separated by commas"),
}


def _setting(name: str, kind: str, default: str = "") -> Any:
    return field(metadata={"name": name, "kind": kind, "default": default})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting; secrets are masked in `repr`."""

    database_url: Secret = _setting("DATABASE_URL", "database")
    data: Path = _setting("HOIDAP_DATA", "folder", "data")
    host: str = _setting("HOIDAP_HOST", "text", "127.0.0.1")
    port: int = _setting("HOIDAP_PORT", "port", "8080")
    public_url: str = _setting("HOIDAP_PUBLIC_URL", "address")
    secret_keys: tuple[Secret, ...] = _setting("HOIDAP_SECRET_KEY", "keys")
    #: How the office calls itself in the chat.
    office_name: str = _setting("HOIDAP_OFFICE_NAME", "text")
    metrics_token: Secret = _setting("HOIDAP_METRICS_TOKEN", "secret")
    trusted_proxies: tuple[str, ...] = _setting("HOIDAP_TRUSTED_PROXIES", "networks")
    rasa_url: str = _setting("RASA_URL", "address")
    rasa_token: Secret = _setting("RASA_TOKEN", "secret")
    rasa_python: str = _setting("RASA_PYTHON", "text")
    zalo_app_id: str = _setting("ZALO_APP_ID", "text")
    zalo_app_secret: Secret = _setting("ZALO_APP_SECRET", "secret")
    zalo_oa_id: str = _setting("ZALO_OA_ID", "text")
    zalo_oa_secret_key: Secret = _setting("ZALO_OA_SECRET_KEY", "secret")
    zalo_access_token: Secret = _setting("ZALO_ACCESS_TOKEN", "secret")
    zalo_refresh_token: Secret = _setting("ZALO_REFRESH_TOKEN", "secret")
    zalo_verifier: str = _setting("ZALO_SITE_VERIFICATION", "text")
    zalo_api_url: str = _setting("ZALO_API_URL", "address", "https://openapi.zalo.me")
    zalo_oauth_url: str = _setting("ZALO_OAUTH_URL", "address", "https://oauth.zaloapp.com")
    facebook_app_id: str = _setting("FACEBOOK_APP_ID", "text")
    facebook_app_secret: Secret = _setting("FACEBOOK_APP_SECRET", "secret")
    facebook_page_id: str = _setting("FACEBOOK_PAGE_ID", "text")
    facebook_page_token: Secret = _setting("FACEBOOK_PAGE_TOKEN", "secret")
    facebook_verify_token: Secret = _setting("FACEBOOK_VERIFY_TOKEN", "secret")
    facebook_graph_url: str = _setting(
        "FACEBOOK_GRAPH_URL", "address", "https://graph.facebook.com"
    )
    facebook_graph_version: str = _setting("FACEBOOK_GRAPH_VERSION", "text", "v25.0")
    facebook_verifier: str = _setting("FACEBOOK_SITE_VERIFICATION", "text")

    #: Where e-mail is handed over; None: no e-mail.
    smtp: MailServer | None = _setting("SMTP_URL", "mail")

    @property
    def can_mail(self) -> bool:
        """Whether jobs that send e-mail may be made."""
        return self.smtp is not None

    @property
    def address(self) -> str:
        """Where citizens and staff reach this service; links begin with it."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def missing_zalo(self) -> tuple[str, ...]:
        """Settings without which the Zalo channel stays off."""
        tokens = () if self.zalo_access_token or self.zalo_refresh_token else ZALO_TOKENS
        return _missing(self, (*ZALO_NEEDS, *tokens))

    @property
    def missing_facebook(self) -> tuple[str, ...]:
        return _missing(self, FACEBOOK_NEEDS)

    @property
    def credentials(self) -> tuple[str, ...]:
        """Names of the provider settings that are given."""
        names = (*ZALO_NEEDS, *ZALO_TOKENS, "zalo_app_secret", *FACEBOOK_NEEDS)
        return tuple(environment_name(name) for name in names if getattr(self, name))

    @property
    def is_live(self) -> bool:
        """Whether citizens can be there: an account at a provider that is not the sandbox's."""
        zalo = any(getattr(self, name) for name in (*ZALO_NEEDS, *ZALO_TOKENS, "zalo_app_secret"))
        facebook = any(getattr(self, name) for name in FACEBOOK_NEEDS)
        return (zalo and not is_sandbox_address(self.zalo_api_url)) or (
            facebook and not is_sandbox_address(self.facebook_graph_url)
        )

    @property
    def is_loopback(self) -> bool:
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


#: What a channel cannot work without. Zalo's access token is made from the refresh token.
ZALO_NEEDS = ("zalo_app_id", "zalo_oa_id", "zalo_oa_secret_key")
ZALO_TOKENS = ("zalo_access_token", "zalo_refresh_token")
FACEBOOK_NEEDS = (
    "facebook_app_secret",
    "facebook_page_id",
    "facebook_page_token",
    "facebook_verify_token",
)


def _missing(settings: Settings, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(environment_name(name) for name in names if not getattr(settings, name))


def environment_name(name: str) -> str:
    """`zalo_app_id` → `ZALO_APP_ID`."""
    return next(str(item.metadata["name"]) for item in fields(Settings) if item.name == name)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Build the settings.

    Raises:
        SettingsError: with one line for each wrong value; secret values are not repeated.
    """
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for item in fields(Settings):
        name, kind = item.metadata["name"], _KINDS[item.metadata["kind"]]
        raw = environment.get(name, "").strip() or item.metadata["default"]
        try:
            values[item.name] = kind.read(raw)
        except ValueError:
            hidden = item.metadata["kind"] in {"secret", "keys", "database", "mail"}
            shown = "" if hidden else f" (found {_without_password(raw)!r})"
            wrong[name] = f"{name} must be {kind.shape}{shown}"
            values[item.name] = kind.read(item.metadata["default"])
    settings = Settings(**values)
    problems = [*wrong.values(), *_contradictions(settings, wrong)]
    if problems:
        raise SettingsError(problems)
    return settings


def _without_password(address: str) -> str:
    return re.sub(r"//[^/]*@", "//***@", address)


def _contradictions(settings: Settings, wrong: Collection[str]) -> list[str]:
    """Settings that cannot work together; those that are wrong by themselves say nothing here."""
    problems = []
    if settings.credentials and not settings.secret_keys and "HOIDAP_SECRET_KEY" not in wrong:
        problems.append("HOIDAP_SECRET_KEY must be set beside real channel credentials")
    if bool(settings.rasa_url) != bool(settings.rasa_token) and "RASA_URL" not in wrong:
        problems.append("RASA_URL and RASA_TOKEN belong together")
    return problems
