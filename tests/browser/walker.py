"""A person at a browser window; whatever the browser complains about is remembered."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from playwright.async_api import ConsoleMessage, Page, Request, Response, expect

#: The stream of the sandbox is cut when its page is left.
_CUT_STREAM = "net::ERR_ABORTED"
ANSWER_WITHIN = 15_000  # milliseconds
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True)
class Demo:
    url: str
    #: Role (`editor2` is the second of them) → e-mail and password, as on the terminal.
    accounts: dict[str, tuple[str, str]]


async def log_in(page: Page, demo: Demo, role: str) -> None:
    email, password = demo.accounts[role]
    await page.goto(f"{demo.url}/desk/")
    await page.get_by_label("E-mail công vụ").fill(email)
    await page.get_by_label("Mật khẩu").fill(password)
    await page.get_by_role("button", name="Đăng nhập").click()
    await expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()


@dataclass
class Window:
    page: Page
    url: str
    pictures: Path
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        if request.failure != _CUT_STREAM:
            self.complaints.append(f"failed: {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status}: {response.url}")

    async def opens(self, path: str) -> None:
        await self.page.goto(f"{self.url}{path}", wait_until="load")

    async def photographs(self, name: str) -> None:
        """At the widths of a phone and of a desk; no page is wider than its window."""
        before = self.page.viewport_size
        for width in (360, 1280):
            await self.page.set_viewport_size({"width": width, "height": 800})
            too_wide = await self.page.evaluate(_OVERFLOW)
            await self.page.screenshot(path=self.pictures / f"{name}-{width}.png", full_page=True)
            assert too_wide == 0, f"{name} is {too_wide} px too wide at {width} px"
        if before is not None:
            await self.page.set_viewport_size(before)


class OpenWindow(Protocol):
    """Makes the window of another person: signed in with `role`, or nobody."""

    async def __call__(
        self, role: str = "", *, watched: bool = True, scripts: bool = True
    ) -> Window: ...


class Phone:
    """The citizen's side in the sandbox."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self._page = window.page
        self._answers = self._page.locator("#log li.account")

    async def takes(self, app: str, who: str = "lan") -> None:
        await self.window.opens(f"/sandbox/?app={app}&who={who}&lang=vi")

    async def writes(self, text: str, *expected: str | re.Pattern[str]) -> None:
        """And reads the answer: all of `expected` in its last message."""
        before = await self._answers.count()
        await self.sends(text)
        await self.reads(before, *expected)

    async def sends(self, text: str) -> None:
        """To a person, who answers when there is time."""
        await self._page.fill("#text", text)
        await self._page.click("button.send")

    async def attaches(self, name: str, *expected: str | re.Pattern[str]) -> None:
        """A photo or a place from the pocket."""
        before = await self._answers.count()
        await self._page.locator("summary", has_text="Gửi thêm").click()
        await self._page.get_by_role("button", name=name, exact=True).click()
        await self.reads(before, *expected)

    async def presses(self, label: str, *expected: str | re.Pattern[str]) -> None:
        """A button of the last message or a quick reply."""
        before = await self._answers.count()
        button = self._page.locator("#chips, #log li.account").get_by_role("button", name=label)
        await button.last.click()
        await self.reads(before, *expected)

    async def reads(self, before: int, *expected: str | re.Pattern[str]) -> None:
        await expect(self._answers.nth(before)).to_be_attached(timeout=ANSWER_WITHIN)
        for words in expected:
            last = self._answers.last
            await expect(last).to_contain_text(words, timeout=ANSWER_WITHIN)

    async def last_answer(self) -> str:
        return await self._answers.last.inner_text()
