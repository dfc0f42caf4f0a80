"""What happened in the demo province, as its data files tell it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zlib import crc32

from app.demo.clock import asked_for, in_office_hours, spread, working_day, working_day_before
from app.demo.files import read_lines
from app.demo.pictures import View
from casework.cases import (
    NOBODY,
    TYPED_IN,
    CaseKind,
    CaseSource,
    Contact,
    OnBehalf,
    Refusal,
    Satisfaction,
)
from casework.legal_clock import VIETNAM, LegalRule, WorkCalendar, find_rule, vietnam_date


class Step(StrEnum):
    TRIAGE = "triage"
    ASSIGN = "assign"
    #: The lead gives it to an officer of the agency.
    OFFICER = "officer"
    #: The lead will answer it.
    LEAD = "lead"
    DRAFT = "draft"
    REJECT = "reject"
    APPROVE = "approve"
    SEND = "send"
    BOUNCE = "bounce"
    NOT_ACCEPT = "not_accept"
    RESTORE = "restore"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    CLOSE = "close"
    #: The citizen adds words.
    ADD = "add"
    #: The citizen does not want it published.
    OBJECT = "object"


class Stage(StrEnum):
    """How far the public document of a case is."""

    EDITED = "edited"
    #: Written, a second person is to let it go.
    WAITING = "waiting"
    RELEASED = "released"
    PUBLISHED = "published"
    TAKEN_DOWN = "taken_down"
    NOT_FOR_PUBLICATION = "not_for_publication"


class Delivery(StrEnum):
    REACHED = "reached"
    FAILED = "failed"
    #: Waits for the citizen to write again.
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicStory:
    stage: Stage
    title: str = ""
    question: str = ""
    legal_basis: str = ""
    reason: str = ""
    published_days_ago: int = 0
    #: Language → title, question, answer.
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A case. Lists are used up in the order of the path.

    It is told either by `due_in`, the working days left to answer, or by `days_ago` and, for what
    was answered, `answered_days_ago`.
    """

    key: str
    kind: CaseKind
    source: CaseSource
    field: str
    question: str
    path: tuple[Step, ...]
    place: str = ""
    due_in: int | None = None
    days_ago: int = 0
    answered_days_ago: int = 0
    agencies: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    more: str = ""
    refusal: Refusal = Refusal.UNCLEAR
    rating: Satisfaction | None = None
    behalf: OnBehalf = OnBehalf.SELF
    contact: Contact = NOBODY
    #: What the picture shows; None: none was sent.
    picture: View | None = None
    lang: str = "vi"
    delivery: Delivery = Delivery.REACHED
    publication: PublicStory | None = None


@dataclass(frozen=True, slots=True)
class Timetable:
    asked_at: datetime
    steps: tuple[datetime, ...]


_ANSWERED = ("assign", "officer", "draft", "approve", "send")
#: Older answers are closed by now.
_CLOSED_AFTER_DAYS = 30
_RATINGS = (Satisfaction.SATISFIED, Satisfaction.SATISFIED, Satisfaction.NEUTRAL, None)


def read_stories() -> list[Story]:
    """The cases on their way, and those behind the published answers."""
    published = [_published(number, row) for number, row in enumerate(read_lines("publications"))]
    return [_story(row) for row in read_lines("cases")] + published


def _story(row: Mapping[str, Any]) -> Story:
    values = dict(row)
    values["kind"], values["source"] = CaseKind(row["kind"]), CaseSource(row["source"])
    values["path"] = tuple(Step(step) for step in row["path"])
    for name in ("agencies", "answers", "reasons"):
        values[name] = tuple(row.get(name, ()))
    values["refusal"] = Refusal(row.get("refusal", Refusal.UNCLEAR))
    values["rating"] = Satisfaction(row["rating"]) if row.get("rating") else None
    values["behalf"] = OnBehalf(row.get("behalf", OnBehalf.SELF))
    values["contact"] = Contact(**row.get("contact", {}))
    values["picture"] = View(row["picture"]) if row.get("picture") else None
    values["delivery"] = Delivery(row.get("delivery", Delivery.REACHED))
    if told := row.get("publication"):
        values["publication"] = PublicStory(**{**told, "stage": Stage(told["stage"])})
    return Story(**values)


def _published(number: int, row: Mapping[str, Any]) -> Story:
    """A published answer was a case like the others before."""
    closed = row["answered_days_ago"] > _CLOSED_AFTER_DAYS
    return Story(
        key=row["key"],
        kind=CaseKind(row["kind"]),
        source=CaseSource(row["source"]),
        field=row["field"],
        question=row.get("asked", row["question"]),
        path=tuple(Step(step) for step in (*_ANSWERED, *(("close",) if closed else ()))),
        place=row["place"],
        days_ago=row["asked_days_ago"],
        answered_days_ago=row["answered_days_ago"],
        agencies=(row["agency"],),
        answers=(row["answer"],),
        rating=_RATINGS[number % len(_RATINGS)],
        publication=PublicStory(
            stage=Stage.PUBLISHED,
            title=row["title"],
            question=row["question"],
            legal_basis=row["legal_basis"],
            published_days_ago=row["published_days_ago"],
            translations=row.get("translations", {}),
        ),
    )


def make_timetable(
    story: Story, rules: list[LegalRule], calendar: WorkCalendar, now: datetime
) -> Timetable:
    """When it was asked and when each step was done."""
    today = vietnam_date(now)
    day = today - timedelta(days=story.days_ago)
    if story.due_in is not None:
        rule = find_rule(rules, story.kind, today)
        day = asked_for(working_day(today, story.due_in, calendar), rule, today, calendar)
    hours = _AWAKE
    if story.source in TYPED_IN:
        day, hours = working_day_before(day, calendar), _OFFICE
    asked_at = time_on(day, story.key, hours)
    wanted = _wanted(story, asked_at, now)
    return Timetable(asked_at, tuple(in_office_hours(wanted, calendar, asked_at, now)))


#: Hours (Vietnam) between which people write, and between which staff work.
_AWAKE, _OFFICE = (7, 21), (8, 16)


def time_on(day: date, key: str, hours: tuple[int, int] = _OFFICE) -> datetime:
    """Always the same for one key and day."""
    first, last = hours
    minutes = first * 60 + crc32(f"{key}{day.toordinal() % 7}".encode()) % ((last - first) * 60)
    return datetime.combine(day, time(), VIETNAM) + timedelta(minutes=minutes)


def _wanted(story: Story, asked_at: datetime, now: datetime) -> list[datetime]:
    steps = len(story.path)
    if Step.SEND not in story.path:
        return spread(asked_at, now, steps + 1)[:-1]
    before = story.path.index(Step.SEND) + 1
    answered = time_on(vietnam_date(now - timedelta(days=story.answered_days_ago)), story.key)
    after = spread(answered, now, steps - before + 1)[:-1]
    return [*spread(asked_at, answered, before), *after]
