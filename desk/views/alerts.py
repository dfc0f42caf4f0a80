"""What staff must know now."""

from aiohttp import web

from casework.errors import CaseNotFoundError
from desk.context import desk_of
from desk.pages import member_of, page, see_other
from desk.timeline import read_conversation
from desk.urgent import open_urgent
from store.alerts import Alert
from store.unit_of_work import UnitOfWork

_MOST_CASES = 3


async def list_alerts(request: web.Request) -> web.Response:
    async with desk_of(request).store.work() as work:
        alerts = await work.alerts.open()
        talks = {alert.conversation_id for alert in alerts if alert.conversation_id}
        cases = {talk: await work.cases.of_conversation(talk, _MOST_CASES) for talk in talks}
        undelivered = await work.outbox.count_undelivered()
    return await page(
        request,
        "alerts.html",
        alerts=alerts,
        cases=cases,
        undelivered=undelivered,
        done=request.query.get("done", ""),
    )


async def read_alert(request: web.Request) -> web.Response:
    """What the citizen wrote. A form leads here, so that nothing is opened by following links."""
    async with desk_of(request).store.work() as work:
        alert = await _open_alert(work, request.match_info["alert_id"])
        texts = await open_urgent(work, alert, member_of(request))
        entries = await read_conversation(work, alert.conversation_id)
    return await page(request, "alert.html", alert=alert, texts=texts, entries=entries)


async def _open_alert(work: UnitOfWork, alert_id: str) -> Alert:
    found = {str(alert.id): alert for alert in await work.alerts.open()}
    if alert_id not in found:
        raise CaseNotFoundError(alert_id)
    return found[alert_id]


async def handle_alert(request: web.Request) -> web.Response:
    async with desk_of(request).store.work() as work:
        alert_id = int(request.match_info["alert_id"])
        await work.alerts.handle(alert_id, member_of(request).id, work.clock())
        await work.commit()
    return see_other(request, "alerts", query={"done": "alert_handled"})
