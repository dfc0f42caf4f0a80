"""How much waits in each part of the desk, counted in one journey."""

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import ColumnElement, ScalarSelect, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.publication import Visibility
from casework.samples import SampleStatus
from store.case_filters import CaseFilter, conditions_of
from store.data_requests import DataRequestStatus
from store.handovers import HandoverStatus
from store.sealed import GRAVE_KINDS
from store.tables import (
    alerts,
    cases,
    data_requests,
    handovers,
    publications,
    sealed_records,
    training_samples,
)


class Waiting(StrEnum):
    ALERTS = "alerts"
    #: Alarms about the service, of nobody's words.
    FAULTS = "faults"
    PEOPLE = "people"
    SEALED = "sealed"
    DATA_REQUESTS = "data_requests"
    #: Documents somebody asked a second person to release.
    TO_RELEASE = "to_release"
    CASES = "cases"
    #: Texts nobody has said yet what they are.
    SAMPLES = "samples"


def _count_of(what: Waiting, wanted: CaseFilter) -> ScalarSelect[int]:
    counts: dict[Waiting, tuple[Table, list[ColumnElement[bool]]]] = {
        Waiting.ALERTS: (alerts, [alerts.c.handled_at.is_(None)]),
        Waiting.FAULTS: (
            alerts,
            [alerts.c.handled_at.is_(None), func.coalesce(alerts.c.conversation_id, "") == ""],
        ),
        Waiting.PEOPLE: (handovers, [handovers.c.status == HandoverStatus.WAITING]),
        Waiting.SEALED: (
            sealed_records,
            [sealed_records.c.kind.in_(GRAVE_KINDS), sealed_records.c.handled_at.is_(None)],
        ),
        Waiting.DATA_REQUESTS: (
            data_requests,
            [data_requests.c.status == DataRequestStatus.RECEIVED],
        ),
        Waiting.TO_RELEASE: (
            publications,
            [publications.c.status == Visibility.EDITED, publications.c.publish_on.is_not(None)],
        ),
        Waiting.SAMPLES: (training_samples, [training_samples.c.status == SampleStatus.WAITING]),
        Waiting.CASES: (cases, conditions_of(wanted)),
    }
    table, conditions = counts[what]
    return select(func.count()).select_from(table).where(*conditions).scalar_subquery()


async def count_waiting(
    connection: AsyncConnection, parts: Collection[Waiting], wanted: CaseFilter
) -> dict[Waiting, int]:
    """`wanted`: which cases count as waiting."""
    if not parts:
        return {}
    counts = [_count_of(part, wanted) for part in parts]
    found = (await connection.execute(select(*counts))).one()
    return {part: int(count) for part, count in zip(parts, found, strict=True)}
