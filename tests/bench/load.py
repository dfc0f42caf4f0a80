"""Citizens of the benchmark: signed Zalo events at a rate or all at once."""

import asyncio
import itertools
import time
from dataclasses import dataclass

import aiohttp

from tests.bench.provider import Provider
from tests.bench.service import Accounts
from webhooks.sandbox.signing import sign_zalo

#: What people really write: questions, codes, small talk; every one needs the model.
TEXTS = (
    "làm lại căn cước công dân cần giấy tờ gì",
    "sang ten so do het bao nhieu tien",
    "cho hỏi đăng ký khai sinh cho con ở đâu",
    "hồ sơ của tôi tới đâu rồi",
    "thu tuc dang ky ket hon",
    "mất thẻ bảo hiểm y tế thì làm sao",
    "xin chào",
    "cấp đổi giấy phép lái xe mất bao lâu",
    "tiền trợ cấp người cao tuổi được bao nhiêu",
    "giay phep xay dung nha o can gi",
)
_numbers = itertools.count(1)


@dataclass(frozen=True)
class SignedEvent:
    user_id: str
    body: bytes
    headers: dict[str, str]


def make_event(accounts: Accounts, user_id: str, text: str) -> SignedEvent:
    number = next(_numbers)
    body = {
        "app_id": accounts.zalo_app_id,
        "sender": {"id": user_id},
        "user_id_by_app": user_id,
        "recipient": {"id": accounts.zalo_oa_id},
        "event_name": "user_send_text",
        "message": {"text": text, "msg_id": f"bench{number:012d}"},
        "timestamp": str(int(time.time() * 1000)),
    }
    signed = sign_zalo(body, app_id=accounts.zalo_app_id, secret=accounts.zalo_secret)
    return SignedEvent(user_id, signed.raw, dict(signed.headers))


def percentile(values: list[float], share: float) -> float:
    """Of seconds, in milliseconds."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


class Citizens:
    def __init__(self, url: str, accounts: Accounts, provider: Provider) -> None:
        self._url = f"{url}/webhooks/zalo"
        self._accounts = accounts
        self._provider = provider

    async def post(self, session: aiohttp.ClientSession, event: SignedEvent) -> float:
        """Seconds until the answer 200."""
        started = time.monotonic()
        async with session.post(self._url, data=event.body, headers=event.headers) as response:
            await response.read()
            assert response.status == 200, response.status
        return time.monotonic() - started

    def event(self, user_id: str, number: int) -> SignedEvent:
        self._provider.citizen(user_id)
        return make_event(self._accounts, user_id, TEXTS[number % len(TEXTS)])

    async def steady(self, rate: float, seconds: float) -> tuple[list[float], list[float]]:
        """(accept, end to end) in seconds; each citizen writes once."""
        base = time.monotonic_ns()
        users = [f"7{base % 10**9}{number:06d}" for number in range(int(rate * seconds))]
        began: dict[str, float] = {}
        async with aiohttp.ClientSession() as session:

            async def one(number: int, user_id: str) -> float:
                await asyncio.sleep(number / rate)
                event = self.event(user_id, number)
                began[user_id] = time.monotonic()
                return await self.post(session, event)

            accepts = await asyncio.gather(*(one(n, user) for n, user in enumerate(users)))
        await self._until_answered(users, 1, 30)
        arrivals = self._provider.arrivals
        return list(accepts), [arrivals[user][0] - began[user] for user in users]

    async def burst(self, messages: int, people: int, at_once: int = 16) -> float:
        """Seconds until every message of every citizen has an answer at the provider."""
        base = time.monotonic_ns()
        users = [f"8{base % 10**9}{number:06d}" for number in range(people)]
        events = [self.event(users[n % people], n // people + n) for n in range(messages)]
        started = time.monotonic()
        queue = iter(events)
        async with aiohttp.ClientSession() as session:

            async def poster() -> None:
                for event in queue:
                    await self.post(session, event)

            await asyncio.gather(*(poster() for _ in range(at_once)))
            await self._until_answered(users, messages // people, 120)
        last = max(moments[-1] for user in users if (moments := self._provider.arrivals[user]))
        return last - started

    async def _until_answered(self, users: list[str], each: int, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if all(len(self._provider.arrivals.get(user, ())) >= each for user in users):
                return
            await asyncio.sleep(0.05)
        missing = sum(len(self._provider.arrivals.get(user, ())) < each for user in users)
        raise RuntimeError(f"{missing} citizens were not answered within {seconds:.0f} s")
