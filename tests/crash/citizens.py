"""Citizens who write at a rate, and a provider that delivers each message until it is taken.

Zalo and Meta send an event again as long as it is not answered with 200. Here that happens after a
third of a second instead of minutes, and a citizen's next message waits for the one before.
"""

import asyncio
import itertools
import statistics
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

import aiohttp

from tests.bench.load import TEXTS, SignedEvent, make_event
from tests.crash.providers import Arrival, Providers

#: From the button of the menu to the case: content, place, for me, send.
ASKING = (
    "#ask|question",
    "Đường tỉnh 915 đoạn qua ấp Chợ bao giờ mở rộng để xe tải tránh nhau?",
    "xã Long Đức",
    "1",
    "1",
)
_AGAIN_AFTER = 0.33
#: Zalo waits two seconds for the answer.
_PATIENCE = aiohttp.ClientTimeout(total=4)
_people = itertools.count(time.time_ns() % 10**9 * 10_000)


@dataclass
class Stream:
    """What happened to the messages of one trial."""

    #: Citizen → moments at which a message was taken with 200.
    taken: dict[str, list[float]] = field(default_factory=dict)
    #: Answers of the webhook by status; 0 stands for no answer at all.
    statuses: Counter[int] = field(default_factory=Counter)
    #: Citizens whose messages lead to one case each.
    askers: list[str] = field(default_factory=list)
    #: Slowest answer of the webhook in seconds.
    slowest: float = 0.0

    @property
    def messages(self) -> int:
        return sum(map(len, self.taken.values()))


class Town:
    def __init__(self, url: str, providers: Providers) -> None:
        self._url = f"{url}/webhooks/zalo"
        self.providers = providers

    def newcomer(self) -> str:
        """A citizen who never wrote before."""
        user_id = f"7{next(_people):018d}"
        self.providers.zalo.citizen_wrote(user_id)
        return user_id

    def event(self, user_id: str, text: str) -> SignedEvent:
        return make_event(self.providers.accounts, user_id, text)

    async def stream(self, rate: float, *, people: int = 60, each: int = 4) -> Stream:
        """Half of the people ask an agency, the others ask questions, evenly `rate` a second."""
        found = Stream()
        users = [self.newcomer() for _ in range(people)]
        found.askers = users[::2]
        async with aiohttp.ClientSession(timeout=_PATIENCE) as session:

            async def one(number: int, user_id: str) -> None:
                began = time.monotonic()
                for turn, text in enumerate(_words(number, each)):
                    due = began + (turn * people + number) / rate
                    await asyncio.sleep(max(0.0, due - time.monotonic()))
                    await self.deliver(session, self.event(user_id, text), found)

            await asyncio.gather(*(one(number, user) for number, user in enumerate(users)))
        return found

    async def at_once(self, people: int) -> Stream:
        """Newcomers who write once, all in the same moment, and then only wait."""
        found = Stream()
        events = [
            self.event(self.newcomer(), TEXTS[number % len(TEXTS)]) for number in range(people)
        ]
        async with aiohttp.ClientSession(timeout=_PATIENCE) as session:
            await asyncio.gather(*(self.deliver(session, event, found) for event in events))
        return found

    async def deliver(
        self, session: aiohttp.ClientSession, event: SignedEvent, found: Stream
    ) -> None:
        """Again and again until it is answered with 200."""
        while True:
            began = time.monotonic()
            status = await self._post(session, event)
            found.statuses[status] += 1
            found.slowest = max(found.slowest, time.monotonic() - began)
            if status == HTTPStatus.OK:
                found.taken.setdefault(event.user_id, []).append(time.monotonic())
                return
            await asyncio.sleep(_AGAIN_AFTER)

    async def _post(self, session: aiohttp.ClientSession, event: SignedEvent) -> int:
        try:
            async with session.post(self._url, data=event.body, headers=event.headers) as response:
                await response.read()
                return response.status
        except (aiohttp.ClientError, OSError, TimeoutError):
            return 0

    async def waits(self, count: int, rate: float, within: float = 15.0) -> list[float]:
        """Seconds from writing to the first answer, of newcomers with one question each."""
        users = [self.newcomer() for _ in range(count)]
        wrote: dict[str, float] = {}
        found = Stream()
        async with aiohttp.ClientSession(timeout=_PATIENCE) as session:

            async def one(number: int, user_id: str) -> None:
                await asyncio.sleep(number / rate)
                event = self.event(user_id, TEXTS[number % len(TEXTS)])
                wrote[user_id] = time.monotonic()
                await self.deliver(session, event, found)

            await asyncio.gather(*(one(number, user) for number, user in enumerate(users)))
        await self.until_answered(users, 1, within)
        return [self.providers.of(user)[0].at - wrote[user] for user in users]

    async def until_answered(
        self, users: Iterable[str], each: int, within: float
    ) -> dict[str, list[Arrival]]:
        """Until each of them got so many messages."""
        users = list(users)
        until = time.monotonic() + within
        while missing := [user for user in users if len(self.providers.of(user)) < each]:
            assert time.monotonic() < until, f"{len(missing)} citizens wait after {within:.0f} s"
            await asyncio.sleep(0.05)
        return {user: self.providers.of(user) for user in users}


def _words(number: int, each: int) -> Sequence[str]:
    if number % 2 == 0:
        return ASKING
    return [TEXTS[(number + turn) % len(TEXTS)] for turn in range(each)]


def prompt(waits: list[float]) -> str:
    """The figures of a service that is well.

    The median says whether wake-ups come: without them it would be half the pause of the poll.

    Raises:
        AssertionError: people wait too long.
    """
    median, slow = statistics.median(waits), sorted(waits)[int(len(waits) * 0.95)]
    assert slow < 1
    assert median < 0.4
    return f"median {median:.2f} s, p95 {slow:.2f} s"
