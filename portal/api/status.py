"""Where a case stands, for whoever holds both codes."""

from typing import Any

from aiohttp import web

from casework.cases import Case, ContentKind
from casework.legal_clock import vietnam_date
from casework.statuses import ANSWERED
from portal.api.answering import Described, tell_privately
from portal.api.problems import problem
from portal.api.shapes import Shapes
from portal.context import portal_of
from portal.pages import TEMPLATES, library_of, origin_of
from portal.visitors import address_of
from portal.words import DEFAULT
from store.pickups import find_by_pickup, note_reading
from store.unit_of_work import UnitOfWork


async def find_case_status(request: web.Request, wanted: Described) -> web.Response:
    """The same answer for an unknown case and for a wrong code."""
    code, pickup_code = wanted.text("code"), wanted.text("pickup_code")
    async with portal_of(request).store.work() as work:
        case = await find_by_pickup(work, code, pickup_code, address_of(request))
        if case is None:
            return problem(web.HTTPNotFound.status_code)
        await note_reading(work, case)
        said = await _status(request, work, case, wanted.text("lang"))
        await work.commit()
    return tell_privately(said)


async def _status(request: web.Request, work: UnitOfWork, case: Case, lang: str) -> dict[str, Any]:
    known = lang if lang in portal_of(request).facts.languages else DEFAULT
    words = request.config_dict[TEMPLATES].words[known].at(f"statuses.{case.status}")
    answered = case.status in ANSWERED
    said: dict[str, Any] = {
        "code": case.code,
        "kind": case.kind,
        "status": case.status,
        "status_text": f"{words['word']}. {words['explain']}",
        "asked_on": case.asked_on,
        "promised_on": case.promised_on,
        "answered": answered,
    }
    if case.agency_code:
        said["agency"] = Shapes(library_of(request), origin_of(request)).named(case.agency_code)
    if answered and case.answered_at:
        said["answered_on"] = vietnam_date(case.answered_at)
        said["answer"] = await work.cases.latest_content(case.id, ContentKind.ANSWER)
    return said
