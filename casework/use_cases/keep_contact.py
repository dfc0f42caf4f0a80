"""How the asker of a case can be reached besides; changed as often as they like."""

import json
from dataclasses import asdict

from casework.cases import NOBODY, Case, Contact, ContentKind
from casework.contacts import merged
from casework.ports import CaseWork


async def keep_contact(work: CaseWork, case: Case, told: Contact) -> Contact:
    """Put a number or an address to what is known of the asker, encrypted; returns all of it.

    The same told twice is kept once.

    Raises:
        CaseNotFoundError: the texts of the case were erased.
    """
    known = await find_kept_contact(work, case.id)
    whole = merged(known, told)
    if whole != known:
        written = json.dumps(asdict(whole))
        await work.cases.add_content(case.id, ContentKind.CONTACT, written, work.clock())
    return whole


async def find_kept_contact(work: CaseWork, case_id: str) -> Contact:
    """The newest; nobody when nothing was told."""
    kept = await work.cases.latest_content(case_id, ContentKind.CONTACT)
    return Contact(**json.loads(kept)) if kept else NOBODY
