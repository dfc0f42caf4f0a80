"""What staff must know now."""

from aiohttp import web

from casework.errors import CaseNotFoundError, CaseworkError
from casework.permissions import Permission, may
from desk.context import desk_of
from desk.errors import UnreadWordsError
from desk.numbers import read_number
from desk.pages import member_of, page, see_other, text_field
from desk.problems import problem_of
from desk.timeline import read_conversation
from desk.urgent import READABLE, count_urgent, is_readable, open_urgent
from store.alerts import Alert
from store.unit_of_work import UnitOfWork

_MOST_CASES = 3
#: No alarm has so many messages: a form that does not say what was read handles none.
_NOTHING_READ = -1


async def list_alerts(request: web.Request) -> web.Response:
    if not _reads_words(request):
        return await _list_faults(request)
    async with desk_of(request).store.work() as work:
        alerts = await work.alerts.open()
        handled = await work.alerts.handled_urgent(work.clock() - READABLE)
        talks = {alert.conversation_id for alert in alerts if alert.conversation_id}
        cases = {talk: await work.cases.of_conversation(talk, _MOST_CASES) for talk in talks}
        undelivered = await work.outbox.count_undelivered()
        unsent = await work.outbox.undelivered()
        codes = await work.cases.codes([row.case_id for row in unsent if row.case_id])
    return await page(
        request,
        "alerts.html",
        alerts=alerts,
        handled=handled,
        cases=cases,
        undelivered=undelivered,
        unsent=unsent,
        codes=codes,
        done=request.query.get("done", ""),
    )


def _reads_words(request: web.Request) -> bool:
    return may(member_of(request).role, Permission.SEE_ALERTS)


async def _list_faults(request: web.Request) -> web.Response:
    """Of the service itself, for whoever keeps it running: no conversation, no case."""
    async with desk_of(request).store.work() as work:
        faults = [alert for alert in await work.alerts.open() if not alert.conversation_id]
        undelivered = await work.outbox.count_undelivered()
    return await page(
        request,
        "alerts.html",
        alerts=faults,
        handled=[],
        cases={},
        undelivered=undelivered,
        unsent=[],
        codes={},
        done=request.query.get("done", ""),
    )


async def read_alert(request: web.Request) -> web.Response:
    """What the citizen wrote. A form leads here, so that nothing is opened by following links."""
    return await _alert_page(request)


async def _alert_page(request: web.Request, problem: CaseworkError | None = None) -> web.Response:
    async with desk_of(request).store.work() as work:
        alert = await _readable_alert(work, request)
        read = await count_urgent(work, alert)
        texts = await open_urgent(work, alert, member_of(request))
        entries = await read_conversation(work, alert.conversation_id)
        await work.commit()
    found = problem_of(problem)
    return await page(
        request,
        "alert.html",
        status=found.status if found else 200,
        alert=alert,
        texts=texts,
        read=read,
        entries=entries,
        problem=found.name if found else "",
    )


async def _readable_alert(work: UnitOfWork, request: web.Request, *, lock: bool = False) -> Alert:
    written = request.match_info["alert_id"]
    alert = await work.alerts.find(int(written), lock=lock)
    if alert is None or not is_readable(alert, work.clock()):
        raise CaseNotFoundError(written)
    if alert.conversation_id and not _reads_words(request):
        raise CaseNotFoundError(written)
    return alert


async def handle_alert(request: web.Request) -> web.Response:
    """An alarm is handled by whoever read all of it: more words may have come meanwhile."""
    read = read_number(await text_field(request, "read"), _NOTHING_READ)
    async with desk_of(request).store.work() as work:
        alert = await _readable_alert(work, request, lock=True)
        all_read = not alert.is_urgent or read == await count_urgent(work, alert)
        if all_read:
            await work.alerts.handle(alert.id, member_of(request).id, work.clock())
            await work.commit()
    if not all_read:
        return await _alert_page(request, UnreadWordsError(request.match_info["alert_id"]))
    return see_other(request, "alerts", query={"done": "alert_handled"})


async def reopen_alert(request: web.Request) -> web.Response:
    """Handled by mistake, or not over yet."""
    async with desk_of(request).store.work() as work:
        alert = await _readable_alert(work, request, lock=True)
        if alert.is_urgent:
            await work.alerts.reopen(alert.id)
            await work.commit()
    return see_other(request, "alerts", query={"done": "alert_reopened"})
