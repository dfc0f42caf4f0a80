"""The intent model dies while people write: the honest menu at once, one late answer afterwards."""

import asyncio
import time
from collections.abc import Callable

import aiohttp

from bot.replies import Replies
from tests.bench.load import TEXTS
from tests.crash import ledger
from tests.crash.citizens import Stream, Town
from tests.crash.running import Running

_MARKED = "select count(*) from inbox where without_model and conversation_id = any(%s)"
_PEOPLE = 12
_MENU_WITHIN = 2.5
#: The model's start and one round of the chore that looks for unanswered rows.
_LATE_WITHIN = 60.0

Note = Callable[[str], None]


async def marked(running: Running, users: list[str]) -> int:
    who = [ledger.conversation(running, user) for user in users]
    async with running.database() as connection:
        row = await (await connection.execute(_MARKED, (who,))).fetchone()
    assert row is not None
    return int(row[0])


async def test_the_menu_answers_at_once_and_the_model_once_it_is_back(
    running: Running, town: Town, note: Note
) -> None:
    words = Replies()["vi"]
    menu, late = words.text("model_away", {}).splitlines()[0], words.text("late", {}).strip()
    before = running.parts()["intent model"]
    await running.kill(before)
    began = time.monotonic()
    users = [town.newcomer() for _ in range(_PEOPLE)]
    *patient, restless = users
    found = Stream()
    async with aiohttp.ClientSession() as session:
        for number, user in enumerate(users):
            event = town.event(user, TEXTS[number % len(TEXTS)] + " vậy ạ")
            await town.deliver(session, event, found)
        await town.until_answered(users, 1, 5)
        waits = [town.providers.of(user)[0].at - found.taken[user][0] for user in users]
        assert max(waits) < _MENU_WITHIN
        assert all(menu in town.providers.of(user)[0].text for user in users)
        assert await marked(running, users) == _PEOPLE
        await town.deliver(session, town.event(restless, "menu"), found)
    await running.until_answering(model=True)
    back = time.monotonic() - began
    assert not before & running.parts()["intent model"]
    await town.until_answered(patient, 2, _LATE_WITHIN)
    await town.until_answered([restless], 3, _LATE_WITHIN)
    last = max(town.providers.of(user)[1].at for user in patient) - began
    await ledger.until_settled(running, time.monotonic() + 10)
    note(f"menu within {max(waits):.2f} s, model back {back:.1f} s, late answers {last:.1f} s")
    for user in patient:
        assert [late in arrival.text for arrival in town.providers.of(user)] == [False, True]
    # The promise holds for who went on, too.
    said = [late in arrival.text for arrival in town.providers.of(restless)]
    assert said == [False, False, True]
    assert await marked(running, users) == 0, "they would be answered late once more"


async def test_a_stream_over_the_death_of_the_model_is_answered(
    running: Running, town: Town, note: Note
) -> None:
    streaming = asyncio.create_task(town.stream(20))
    await asyncio.sleep(3)
    began = time.monotonic()
    await running.kill(running.parts()["intent model"])
    stream = await streaming
    settled = await ledger.until_settled(running, began + 60) - began
    account = await ledger.check(running, stream, town.providers)
    note(f"all answered {settled:.1f} s after the kill, {account}")
    assert set(stream.statuses) == {200}
