"""Who the sandbox lets in, and where it refuses to run."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from store.unit_of_work import Store
from webhooks.sandbox.accounts import (
    PREFIX,
    SandboxRefusedError,
    check_sandbox_allowed,
    make_sandbox_accounts,
)
from webhooks.sandbox.cast import load_cast
from webhooks.sandbox.clock import SandboxClock
from webhooks.sandbox.server import make_sandbox


@pytest.fixture
async def url(store: Store) -> AsyncIterator[str]:
    app = web.Application()
    server = TestServer(app, host="127.0.0.1")
    sandbox = make_sandbox(
        accounts=make_sandbox_accounts("seed"),
        base_url=lambda: str(server.make_url("")),
        store=store,
        clock=SandboxClock(store.clock),
    )
    app.add_subapp(PREFIX, sandbox)
    await server.start_server()
    yield str(server.make_url("")).rstrip("/")
    await server.close()


@pytest.mark.parametrize("path", ["act", "officer", "clock", "outage"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_forms_of_other_sites_change_nothing(
    url: str, path: str, headers: dict[str, str]
) -> None:
    form = {"do": "text", "text": "x", "hours": "1", "kind": "errors"}
    async with (
        aiohttp.ClientSession() as browser,
        browser.post(f"{url}{PREFIX}/{path}", data=form, headers=headers) as reply,
    ):
        assert reply.status == 403


async def test_a_foreign_name_for_this_machine_is_refused(url: str) -> None:
    headers = {"Host": "elsewhere.example", "Sec-Fetch-Site": "same-origin"}
    async with aiohttp.ClientSession() as browser:
        async with browser.get(f"{url}{PREFIX}/", headers=headers) as reply:
            assert reply.status == 403
        async with browser.post(f"{url}{PREFIX}/act", headers=headers) as reply:
            assert reply.status == 403


async def test_pages_are_not_for_search_engines_and_run_only_our_scripts(url: str) -> None:
    async with aiohttp.ClientSession() as browser, browser.get(f"{url}{PREFIX}/") as reply:
        html = await reply.text()
        assert "noindex" in reply.headers["X-Robots-Tag"]
        assert reply.headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert " style=" not in html
    assert "<script>" not in html
    assert " onclick=" not in html


@pytest.mark.parametrize(
    "form",
    [
        {"do": "text", "text": "  "},
        {"do": "press", "text": "x"},
        {"do": "photo", "which": "../accounts.py"},
        {"do": "explode"},
        {},
    ],
)
async def test_nonsense_is_refused(url: str, form: dict[str, str]) -> None:
    headers = {"Sec-Fetch-Site": "same-origin"}
    async with (
        aiohttp.ClientSession() as browser,
        browser.post(f"{url}{PREFIX}/act", data=form, headers=headers) as reply,
    ):
        assert reply.status == 400


async def test_unknown_names_in_the_address_show_the_first_phone(url: str) -> None:
    query = "?app=fax&who=nobody&lang=xx"
    async with aiohttp.ClientSession() as browser, browser.get(f"{url}{PREFIX}/{query}") as reply:
        assert reply.status == 200
        assert "Cô Lan" in await reply.text()


async def test_words_of_citizens_are_shown_as_words(url: str) -> None:
    headers = {"Sec-Fetch-Site": "same-origin"}
    form = {"do": "text", "text": "<script>alert(1)</script>"}
    async with (
        aiohttp.ClientSession() as browser,
        browser.post(f"{url}{PREFIX}/act", data=form, headers=headers) as reply,
    ):
        html = await reply.text()
    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert" not in html


def test_it_refuses_real_credentials_and_open_hosts() -> None:
    with pytest.raises(SandboxRefusedError) as refused:
        check_sandbox_allowed(credentials=("ZALO_APP_ID",), host="192.0.2.7", is_loopback=False)
    assert "ZALO_APP_ID" in str(refused.value)
    assert "192.0.2.7" in str(refused.value)
    assert len(refused.value.reasons) == 2
    check_sandbox_allowed(credentials=(), host="127.0.0.1", is_loopback=True)


def test_secrets_follow_from_the_seed_and_stay_out_of_sight() -> None:
    accounts = make_sandbox_accounts("one")
    environment = accounts.environment("http://127.0.0.1:8080/")
    assert accounts == make_sandbox_accounts("one")
    assert accounts.zalo_app_secret != make_sandbox_accounts("two").zalo_app_secret
    assert accounts.zalo_app_secret not in repr(accounts)
    assert environment["ZALO_API_URL"] == "http://127.0.0.1:8080/sandbox/zalo-api"
    assert environment["FACEBOOK_GRAPH_URL"] == "http://127.0.0.1:8080/sandbox/facebook-api"


def shape(words: object) -> object:
    return {key: shape(value) for key, value in words.items()} if isinstance(words, dict) else ""


def test_both_languages_say_the_same_things() -> None:
    words = load_cast().words
    assert shape(words["vi"]) == shape(words["en"])
