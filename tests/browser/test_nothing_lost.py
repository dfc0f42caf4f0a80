"""Every form of desk and portal gives back what was typed when it cannot take it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

import pytest
from playwright.async_api import APIRequestContext, Browser, Page

from casework.permissions import Role
from desk.routes import ROUTES
from tests.browser.pages import DeskPages, one_of_each
from tests.browser.steps import ask_on_the_web, pick_up
from tests.browser.tables import DESK
from tests.browser.walker import Demo, OpenWindow

pytestmark = pytest.mark.browser

#: Forms of a page with what a person can write into them.
_READ_FORMS = """() => [...document.querySelectorAll('form[method=post]')].map((form) => ({
  action: form.getAttribute('action') ? form.action : location.href,
  values: [...new FormData(form)].filter(([, value]) => typeof value === 'string'),
  typed: [...form.querySelectorAll('textarea, input')].filter((one) => !one.readOnly
    && (one.matches('textarea') || ['text', 'email', 'tel'].includes(one.type))
    && !one.closest('.trap')).map((one) => one.name),
}))"""
#: Shorter than any field may hold, and longer than every one.
_WORDS, _TOO_LONG = "Chữ đang gõ dở số {number:04}", " dài" * 6000
#: Typed again: a code that stands for a password.
_SECRET = {"ma-nhan", "code"}
#: Forms nobody meets by links in the demo. Nothing is typed into them but secrets.
_NOT_MET = {
    *("link", "login", "handle_sealed", "unlock_account", "bring_back", "retry", "mail_links"),
    *("handle_alert", "reopen_alert", "download_data", "restore", "told"),
}
#: A note beside a case takes nothing from a colleague's work: written whatever the version.
_ANY_VERSION = {"transcribe"}
_TOLD = re.compile(r'role="alert"[^>]*>(.*?)</(?:p|div)>|<h1>(.*?)</h1>', re.DOTALL)
_VIETNAMESE = re.compile("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")


@dataclass(frozen=True)
class Form:
    url: str
    values: Mapping[str, str]
    #: Field → what was written into it.
    typed: Mapping[str, str] = field(default_factory=dict)


async def forms_of(page: Page, numbers: Iterator[int]) -> list[Form]:
    return [
        Form(
            form["action"],
            dict(form["values"]),
            {name: _WORDS.format(number=next(numbers)) for name in form["typed"]},
        )
        for form in await page.evaluate(_READ_FORMS)
    ]


async def send(client: APIRequestContext, form: Form, changed: Mapping[str, str]) -> list[str]:
    """What is wrong with the answer: it takes the form, or loses words, or says nothing."""
    # Nobody's own page in front of it: what a browser sends with a form of the page itself.
    origin = "/".join(form.url.split("/")[:3])
    response = await client.post(
        form.url,
        form={**form.values, **form.typed, **changed},
        headers={"Origin": origin},
        max_redirects=0,
    )
    text = await response.text()
    where = f"{response.status} {form.url.removeprefix(origin)} {sorted(changed)}"
    if response.status < 400:
        return [f"{where}: taken"]
    told = " ".join("".join(one) for one in _TOLD.findall(text))
    silent = [] if _VIETNAMESE.search(told) else [f"{where}: says nothing ({told})"]
    return silent + [
        f"{where}: {name} is lost"
        for name, words in form.typed.items()
        if name not in _SECRET and words not in text
    ]


def spoiled(form: Form, route: str) -> Iterator[dict[str, str]]:
    """Ways in which the form is refused though it comes from the person it was made for."""
    yield {"csrf": "không còn dùng được"}
    if "version" in form.values and route not in _ANY_VERSION:
        yield {"version": "1000000"}
    yield {name: words + _TOO_LONG for name, words in form.typed.items()}


async def test_forms_of_the_desk(
    demo: Demo, open_window: OpenWindow, chromium: Browser, desk_pages: DeskPages
) -> None:
    numbers = count(1)
    met: set[str] = set()
    faults: list[str] = []
    names = {one.path: one.name or "" for one in ROUTES if one.name}
    stranger = (await chromium.new_context()).request
    for role in Role:
        window = await open_window(role)
        client = window.page.context.request
        pages = one_of_each(await desk_pages(role))
        for found in (one for one in pages if one.forms - met - {"/logout"}):
            await window.opens(found.address)
            for form in await forms_of(window.page, numbers):
                route = DESK.find("POST", form.url.removeprefix(demo.url))
                if route in met or not route:
                    continue
                met.add(route)
                if form.typed:
                    faults += await send(stranger, form, {})
                    for changed in spoiled(form, names[route]):
                        faults += await send(client, form, changed)
        await window.page.context.close()
    await stranger.dispose()
    assert faults == []
    assert {names[path] for path in DESK.routes("POST") - met} <= _NOT_MET


async def test_forms_of_the_portal(demo: Demo, open_window: OpenWindow) -> None:
    numbers = count(1)
    faults: list[str] = []
    window = await open_window()
    client = window.page.context.request
    for path in ("/hoi", "/tra-loi", "/quyen-du-lieu"):
        await window.opens(path)
        for form in await forms_of(window.page, numbers):
            faults += await send(client, form, {"phieu": "hết hạn"})
            long = {name: words + _TOO_LONG for name, words in form.typed.items()}
            faults += await send(client, form, long)
    assert faults == []


async def test_what_is_written_about_a_case_comes_back(open_window: OpenWindow) -> None:
    window = await open_window()
    code, pickup = await ask_on_the_web(window)
    page = await pick_up(window, code, pickup)
    numbers, faults = count(1), []
    for form in await forms_of(page, numbers):
        for act in ("them", "mo-lai"):
            faults += await send(page.context.request, form, {"phien": "hết hạn", "viec": act})
    assert numbers.__next__() > 1
    assert faults == []
