"""From which addresses media are fetched. Pure: no name is looked up here."""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

from delivery.messages import ChannelName

#: Where each provider keeps media: these domains and what is below them. Zalo's were seen in
#: messages of 2025 and 2026, Facebook's are those of its CDN.
MEDIA_HOSTS: dict[ChannelName, tuple[str, ...]] = {
    ChannelName.ZALO: ("zdn.vn", "zadn.vn"),
    ChannelName.FACEBOOK: ("fbcdn.net", "fbsbx.com"),
    ChannelName.TERMINAL: (),
}
#: Zalo writes http; its hosts speak https as well.
_WRITES_HTTP = frozenset({ChannelName.ZALO})
_HOST = re.compile(r"(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+[a-z]{2,63}")
_MAX_LENGTH = 4096
#: What other programs read differently than we do.
_DOUBTFUL = re.compile(r"[\x00-\x1f\x7f\\]")


class AddressNotAllowedError(Exception):
    """Not an address of the provider; the message is a code."""


@dataclass(frozen=True, slots=True)
class Standin:
    """The sandbox's own media, on this machine. Exists only while the sandbox plays."""

    #: `http://127.0.0.1:8080/sandbox/media`
    base: str

    def holds(self, url: str) -> bool:
        parts, base = urlsplit(url), urlsplit(self.base)
        if (parts.scheme, parts.netloc) != (base.scheme, base.netloc):
            return False
        name = parts.path.removeprefix(f"{base.path}/")
        return name != parts.path and re.fullmatch(r"[\w-]+\.\w+", name) is not None


def allowed_download(url: str, channel: ChannelName, standin: Standin | None = None) -> str:
    """The address to fetch, always https except for the stand-in.

    Raises:
        AddressNotAllowedError: anything but a host of this provider on the ordinary port.
    """
    if len(url) > _MAX_LENGTH or _DOUBTFUL.search(url):
        raise AddressNotAllowedError("doubtful")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = parts.hostname or ""
        played = standin is not None and standin.holds(url)
    except ValueError:
        raise AddressNotAllowedError("malformed") from None
    if played:
        return url
    schemes = {"https": 443, "http": 80} if channel in _WRITES_HTTP else {"https": 443}
    if parts.scheme not in schemes:
        raise AddressNotAllowedError("scheme")
    if "@" in parts.netloc:
        raise AddressNotAllowedError("userinfo")
    if port not in (None, schemes[parts.scheme]):
        raise AddressNotAllowedError("port")
    if not _HOST.fullmatch(host) or not _is_below(host, MEDIA_HOSTS[channel]):
        raise AddressNotAllowedError("host")
    # Signed addresses must not change: only what cannot be sent is written differently.
    path, query = (quote(part, safe=_AS_IT_IS) for part in (parts.path, parts.query))
    return urlunsplit(("https", host, path, query, ""))


_AS_IT_IS = "%/:?#[]@!$&'()*+,;=~"


def _is_below(host: str, domains: tuple[str, ...]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)
