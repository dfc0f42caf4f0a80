"""What a citizen told about who asks."""

import json

from casework.cases import NOBODY, Case, Contact, ContentKind
from store.unit_of_work import UnitOfWork
from store.vault import UnreadableSecretError


async def find_contact(work: UnitOfWork, case: Case) -> Contact:
    """The newest; nobody when nothing was told, or it was erased."""
    try:
        told = await work.cases.latest_content(case.id, ContentKind.CONTACT)
    except UnreadableSecretError:
        return NOBODY
    return Contact(**json.loads(told)) if told else NOBODY
