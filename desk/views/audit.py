"""Who did what, for those who check."""

from aiohttp import web

from desk.casefile import agency_names
from desk.context import desk_of
from desk.numbers import read_number
from desk.pages import page
from store.audit import AuditAction, AuditEntry

PAGE_SIZE = 50
#: Data that name somebody of ours.
_PEOPLE = ("to", "from", "officer")
_NO_ID = 0


async def list_audit(request: web.Request) -> web.Response:
    """Newest first; `before` is the last id of the page before."""
    asked = request.query.get("action", "")
    action = AuditAction(asked) if asked in set(AuditAction) else None
    before = read_number(request.query.get("before", ""), _NO_ID) or None
    async with desk_of(request).store.work() as work:
        found = await work.audit.newest(PAGE_SIZE + 1, before=before, action=action)
        entries = found[:PAGE_SIZE]
        people = await work.staff.find_many(_people_of(entries))
        names = await agency_names(work)
    return await page(
        request,
        "audit.html",
        entries=entries,
        older=entries[-1].id if len(found) > PAGE_SIZE else None,
        newest=before is None,
        people=people,
        agency_names=names,
        action=action or "",
        actions=list(AuditAction),
    )


def _people_of(entries: list[AuditEntry]) -> set[str]:
    """Actors, and subjects that may be accounts: an unknown id simply has no name."""
    named = {entry.actor_id for entry in entries} | {entry.subject for entry in entries}
    return named | {str(entry.data.get(key, "")) for entry in entries for key in _PEOPLE}
