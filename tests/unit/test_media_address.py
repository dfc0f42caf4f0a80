"""Which addresses are fetched: the provider's own, and nothing that only looks like it."""

import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import given
from hypothesis import strategies as st

from app.media.address import (
    MEDIA_HOSTS,
    AddressNotAllowedError,
    Standin,
    allowed_download,
)
from app.media.download import PrivateAddressError, PublicResolver, is_public
from delivery.messages import ChannelName

Z, F = ChannelName.ZALO, ChannelName.FACEBOOK
STANDIN = Standin("http://127.0.0.1:8080/sandbox/media")


@pytest.mark.parametrize(
    ("url", "channel", "fetched"),
    [
        ("http://f1.photo.talk.zdn.vn/aaa.jpg", Z, "https://f1.photo.talk.zdn.vn/aaa.jpg"),
        ("https://zalo-api.zadn.vn/a?b=c%2Fd", Z, "https://zalo-api.zadn.vn/a?b=c%2Fd"),
        ("http://f1.zdn.vn:80/a", Z, "https://f1.zdn.vn/a"),
        ("https://F1.ZDN.VN:443/a#part", Z, "https://f1.zdn.vn/a"),
        ("https://f1.zdn.vn/đơn mới.pdf", Z, "https://f1.zdn.vn/%C4%91%C6%A1n%20m%E1%BB%9Bi.pdf"),
        (
            "https://scontent.xx.fbcdn.net/v/t1.jpg?_nc_cat=1&oh=0_a&oe=6",
            F,
            "https://scontent.xx.fbcdn.net/v/t1.jpg?_nc_cat=1&oh=0_a&oe=6",
        ),
        ("https://cdn.fbsbx.com/v/a.pdf", F, "https://cdn.fbsbx.com/v/a.pdf"),
    ],
)
def test_what_the_providers_send(url: str, channel: ChannelName, fetched: str) -> None:
    assert allowed_download(url, channel) == fetched


@pytest.mark.parametrize(
    ("url", "channel", "code"),
    [
        # Another provider's, or nobody's.
        ("https://scontent.xx.fbcdn.net/a", Z, "host"),
        ("https://f1.zdn.vn/a", F, "host"),
        ("https://f1.zdn.vn/a", ChannelName.TERMINAL, "host"),
        ("https://example.vn/a", Z, "host"),
        # Looks like it.
        ("https://evilzdn.vn/a", Z, "host"),
        ("https://zdn.vn.evil.example/a", Z, "host"),
        ("https://evil.example/zdn.vn", Z, "host"),
        ("https://evil.example?zdn.vn", Z, "host"),
        ("https://evil.example#.zdn.vn", Z, "host"),
        ("https://f1.zdn.vn./a", Z, "host"),
        ("https://-.zdn.vn/a", Z, "host"),
        ("https://.zdn.vn/a", Z, "host"),
        # Somebody in front of the host.
        ("https://f1.zdn.vn@evil.example/a", Z, "userinfo"),
        ("https://user:word@f1.zdn.vn/a", Z, "userinfo"),
        ("https://@f1.zdn.vn/a", Z, "userinfo"),
        # Numbers and names of this machine and its neighbours.
        ("https://127.0.0.1/a", Z, "host"),
        ("https://[::1]/a", Z, "host"),
        ("https://169.254.169.254/latest/meta-data", Z, "host"),
        ("https://2130706433/a", Z, "host"),
        ("https://0x7f.1/a", Z, "host"),
        ("https://localhost/a", Z, "host"),
        # Letters that become others.
        ("https://f1。zdn。vn/a", Z, "host"),
        ("https://f1.zdn.vn\u2100evil.example/a", Z, "malformed"),
        ("https://ⓕ1.zdn.vn/a", Z, "host"),
        ("https://zdn.ｖn/a", Z, "host"),
        ("https://zdn.vn%2eevil.example/a", Z, "host"),
        # Ways.
        ("http://scontent.xx.fbcdn.net/a", F, "scheme"),
        ("ftp://f1.zdn.vn/a", Z, "scheme"),
        ("file:///etc/passwd", Z, "scheme"),
        ("//f1.zdn.vn/a", Z, "scheme"),
        ("gopher://f1.zdn.vn/a", Z, "scheme"),
        ("data:image/png;base64,AAAA", Z, "scheme"),
        ("", Z, "scheme"),
        # Ports.
        ("https://f1.zdn.vn:8443/a", Z, "port"),
        ("https://f1.zdn.vn:80/a", Z, "port"),
        ("http://f1.zdn.vn:443/a", Z, "port"),
        ("https://f1.zdn.vn:22/a", Z, "port"),
        ("https://f1.zdn.vn:99999/a", Z, "malformed"),
        ("https://f1.zdn.vn:0/a", Z, "port"),
        # What programs read differently.
        ("https://evil.example\\@f1.zdn.vn/a", Z, "doubtful"),
        ("https://f1.zdn.vn/a\r\nHost: evil.example", Z, "doubtful"),
        ("https://f1.zdn\t.vn/a", Z, "doubtful"),
        ("https://[f1.zdn.vn/a", Z, "malformed"),
        ("https://f1.zdn.vn/" + "a" * 5000, Z, "doubtful"),
        # The sandbox plays somewhere else, or not at all.
        ("http://127.0.0.1:8080/sandbox/media/o-ga.jpg", Z, "port"),
    ],
)
def test_what_is_not_fetched(url: str, channel: ChannelName, code: str) -> None:
    with pytest.raises(AddressNotAllowedError) as caught:
        allowed_download(url, channel)
    assert str(caught.value) == code


def test_the_sandbox_has_its_own_media_while_it_plays() -> None:
    url = "http://127.0.0.1:8080/sandbox/media/o-ga.jpg"
    assert allowed_download(url, Z, STANDIN) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080/desk/cases",
        "http://127.0.0.1:8080/sandbox/media/../../desk/cases",
        "http://127.0.0.1:8080/sandbox/media/a/b.jpg",
        "http://127.0.0.1:8080/sandbox/media/",
        "http://127.0.0.1:8080/sandbox/media.jpg",
        "http://127.0.0.1:8081/sandbox/media/o-ga.jpg",
        "https://127.0.0.1:8080/sandbox/media/o-ga.jpg",
        "http://me@127.0.0.1:8080/sandbox/media/o-ga.jpg",
        "http://localhost:8080/sandbox/media/o-ga.jpg",
        "http://127.0.0.1:8080/sandbox/media/%2e%2e",
    ],
)
def test_and_nothing_else_of_this_machine(url: str) -> None:
    with pytest.raises(AddressNotAllowedError):
        allowed_download(url, Z, STANDIN)


@given(st.text(max_size=80), st.sampled_from([Z, F]))
def test_nothing_but_the_hosts_of_the_provider(rest: str, channel: ChannelName) -> None:
    for url in (f"https://{rest}", f"https://{rest}.zdn.vn/a", f"https://f1.zdn.vn{rest}"):
        try:
            found = allowed_download(url, channel)
        except AddressNotAllowedError:
            continue
        host = found.removeprefix("https://").partition("/")[0].partition("?")[0]
        assert host.endswith(MEDIA_HOSTS[channel])
        assert host.isascii()
        assert "@" not in host


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("1.1.1.1", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),  # noqa: S104 - an address that is refused
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("::127.0.0.1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("64:ff9b::a00:1", False),
        ("2002:7f00:1::", False),
        ("2001::1", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


class Names(AbstractResolver):
    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=found, port=port, family=family, proto=0, flags=0)
            for found in self._addresses
        ]

    async def close(self) -> None:
        pass


async def test_a_name_leads_only_to_public_addresses() -> None:
    found = await PublicResolver(Names("10.0.0.1", "1.1.1.1")).resolve("f1.zdn.vn", 443)
    assert [item["host"] for item in found] == ["1.1.1.1"]
    with pytest.raises(PrivateAddressError):
        await PublicResolver(Names("127.0.0.1", "::1")).resolve("f1.zdn.vn", 443)
    local = PublicResolver(Names("127.0.0.1"), frozenset({"localhost"}))
    assert len(await local.resolve("localhost", 8080)) == 1
