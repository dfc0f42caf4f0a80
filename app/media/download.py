"""Fetches media from a provider: only what `allowed_download` lets through, and not too much."""

import asyncio
import socket
from ipaddress import IPv6Address, IPv6Network, ip_address

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from app.media.address import AddressNotAllowedError, Standin, allowed_download
from app.media.errors import MediaAwayError, MediaGoneError, MediaRefusedError
from delivery.messages import ChannelName

#: Seconds for everything, redirects included.
FETCH_WITHIN = 30.0
_MAX_REDIRECTS = 3
_CHUNK = 65536
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: The provider has it no longer, or never had.
_GONE = frozenset({401, 403, 404, 410})
_OK = 200
#: Addresses that lead on into IPv4, where only the embedded one counts.
_WRAPPED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("2002::/16"))
_UNICAST = IPv6Network("2000::/3")


class PublicResolver(AbstractResolver):
    """Gives only addresses of the public internet.

    aiohttp connects to exactly what it gets here, so a name cannot change its mind between the
    check and the connection.
    """

    def __init__(self, inner: AbstractResolver, local_names: frozenset[str] = frozenset()) -> None:
        self._inner = inner
        self._local_names = local_names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if host in self._local_names:
            return found
        public = [item for item in found if is_public(item["host"])]
        if not public:
            raise PrivateAddressError(host)
        return public

    async def close(self) -> None:
        await self._inner.close()


class PrivateAddressError(OSError):
    """The name leads into a network that is not public."""


def is_public(address: str) -> bool:
    """Whether anybody in the world is meant by it."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if found not in _UNICAST or any(found in network for network in _WRAPPED):
            return False
    elif found.is_multicast:
        return False
    return found.is_global


def make_media_session(standin: Standin | None = None) -> ClientSession:
    local = frozenset({URL(standin.base).host or ""}) if standin else frozenset[str]()
    return ClientSession(
        connector=TCPConnector(
            resolver=PublicResolver(ThreadedResolver(), local), use_dns_cache=False, limit=8
        ),
        cookie_jar=DummyCookieJar(),
        timeout=ClientTimeout(total=FETCH_WITHIN),
        # What is packed could unpack to anything.
        auto_decompress=False,
        headers={"Accept-Encoding": "identity", "User-Agent": "hoidap"},
    )


class Downloader:
    def __init__(self, session: ClientSession, standin: Standin | None = None) -> None:
        self._session = session
        self._standin = standin

    async def fetch(self, url: str, channel: ChannelName, limit: int) -> bytes:
        """The bytes, at most `limit` of them.

        Raises:
            MediaRefusedError: the address is not the provider's, or it is too large.
            MediaGoneError: the provider does not have it.
            MediaAwayError: no answer now.
        """
        try:
            async with asyncio.timeout(FETCH_WITHIN):
                return await self._follow(url, channel, limit)
        except AddressNotAllowedError as error:
            raise MediaRefusedError(f"address_{error}") from None
        except TimeoutError:
            raise MediaAwayError("timeout") from None
        except ClientError as error:
            if _is_private(error):
                raise MediaRefusedError("address_private") from None
            # Its text names the address, and the address opens the picture.
            raise MediaAwayError(type(error).__name__) from None

    async def _follow(self, url: str, channel: ChannelName, limit: int) -> bytes:
        for _ in range(_MAX_REDIRECTS + 1):
            allowed = allowed_download(url, channel, self._standin)
            target = URL(allowed, encoded=True)
            async with self._session.get(target, allow_redirects=False) as response:
                if response.status in _REDIRECTS:
                    # It may lead to another host of the same provider and nowhere else.
                    url = _joined(target, response.headers.get("Location", ""))
                    continue
                if response.status in _GONE:
                    raise MediaGoneError(f"status_{response.status}")
                if response.status != _OK:
                    raise MediaAwayError(f"status_{response.status}")
                if (response.content_length or 0) > limit:
                    raise MediaRefusedError("too_large")
                data = bytearray()
                async for chunk in response.content.iter_chunked(_CHUNK):
                    data += chunk
                    if len(data) > limit:
                        raise MediaRefusedError("too_large")
                return bytes(data)
        raise MediaRefusedError("redirects")


def _joined(target: URL, location: str) -> str:
    try:
        return str(target.join(URL(location, encoded=True)))
    except ValueError:
        raise AddressNotAllowedError("malformed") from None


def _is_private(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, PrivateAddressError):
            return True
        error = error.__cause__ or error.__context__
    return False
