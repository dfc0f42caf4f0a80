"""Every form of desk and portal gives back what was typed when it cannot take it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

import pytest
from playwright.async_api import APIRequestContext, Browser, Page

from casework.permissions import Role
from desk.routes import ROUTES
from tests.browser.pages import crawl, one_of_each
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
#: Forms nobody meets in a fresh demo; none has a field to write in but the first two.
_NOT_MET = {"link", "handle_sealed", "unlock_account", "bring_back", "retry", "reopen_alert"}
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


def spoiled(form: Form) -> Iterator[dict[str, str]]:
    """Ways in which the form is refused though it comes from the person it was made for."""
    yield {"csrf": "không còn dùng được"}
    if "version" in form.values:
        yield {"version": "1000000"}
    yield {name: words + _TOO_LONG for name, words in form.typed.items()}


async def test_forms_of_the_desk(demo: Demo, open_window: OpenWindow, chromium: Browser) -> None:
    numbers, met = count(1), set()
    faults: list[str] = []
    stranger = (await chromium.new_context()).request
    for role in Role:
        window = await open_window(role)
        client = window.page.context.request
        pages = one_of_each(await crawl(client, demo.url, "/desk/", DESK))
        for found in (one for one in pages if one.forms - met - {"/logout"}):
            await window.opens(found.address)
            for form in await forms_of(window.page, numbers):
                route = DESK.find("POST", form.url.removeprefix(demo.url))
                if route in met or not route:
                    continue
                met.add(route)
                if form.typed:
                    faults += await send(stranger, form, {})
                    for changed in spoiled(form):
                        faults += await send(client, form, changed)
        await window.page.context.close()
    await stranger.dispose()
    assert faults == []
    names = {one.path: one.name for one in ROUTES if one.name}
    assert {names[path] for path in DESK.routes("POST") - met} == _NOT_MET


async def test_forms_of_the_portal(demo: Demo, open_window: OpenWindow) -> None:
    numbers = count(1)
    faults: list[str] = []
    window = await open_window()
    client = window.page.context.request
    for path in ("/hoi", "/tra-loi", "/quyen-du-lieu"):
        await window.opens(path)
        for form in await forms_of(window.page, numbers):
            faults += await send(client, form, {"phieu": "hết hạn"})
            faults += await send(
                client, form, {name: words + _TOO_LONG for name, words in form.typed.items()}
            )
    assert faults == []
