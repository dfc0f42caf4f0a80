"""What staff must know now."""

from aiohttp import web

from desk.context import desk_of
from desk.pages import member_of, page, see_other


async def list_alerts(request: web.Request) -> web.Response:
    async with desk_of(request).store.work() as work:
        alerts = await work.alerts.open()
        cases = {
            alert.conversation_id: await work.cases.of_conversation(alert.conversation_id)
            for alert in alerts
            if alert.conversation_id
        }
        undelivered = await work.outbox.count_undelivered()
    return await page(
        request,
        "alerts.html",
        alerts=alerts,
        cases=cases,
        undelivered=undelivered,
        done=request.query.get("done", ""),
    )


async def handle_alert(request: web.Request) -> web.Response:
    async with desk_of(request).store.work() as work:
        alert_id = int(request.match_info["alert_id"])
        await work.alerts.handle(alert_id, member_of(request).id, work.clock())
        await work.commit()
    return see_other(request, "alerts", query={"done": "alert_handled"})
