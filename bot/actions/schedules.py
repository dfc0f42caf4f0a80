"""When leaders receive citizens, and where they work: the next dates, else whom to call."""

from collections.abc import Sequence

from bot.actions.faq import show_faq
from bot.actions.information import show_agency
from bot.actions.judged import hit_option, judge_options, shown_mark
from bot.choices import Option
from bot.context import Turn
from bot.payloads import Verb
from casework.legal_clock import VIETNAM
from knowledge.agencies import Agency, AgencyKind
from knowledge.schedules import Schedule, ScheduleKind, by_title, upcoming
from knowledge.search.index import HitKind

_SHOWN = 3
#: Whose dates are told when no agency is named: those of the whole province.
_EVERYBODYS = frozenset({AgencyKind.PROVINCE, AgencyKind.CENTRE})
#: Words that speak of leaders, councils and receptions.
_DATES = ("reception_marks", "work_schedule_marks")
_SPOKEN_OF = (*_DATES, "leader_marks")
#: Ready answers offered beside "I have no such schedule": so near at least, and so many.
_NEAR = 0.6
_MOST_NEAR = 2
_LOOKED_AT = 5


async def ask_schedule(turn: Turn, _: Sequence[str] = ()) -> None:
    """Dates of the leader, agency or commune named in the words; power cuts have none here."""
    turn.talk.flow = None
    turn.talk.ask(turn.text, turn.subject_row)
    if not _is_of_leaders(turn):
        await _answer_other(turn)
        return
    named = _named(turn)
    if len(named) == 1 and _asks_who(turn):
        await show_agency(turn, (named[0].code,))
        return
    kind = ScheduleKind.RECEPTION
    if turn.lexicon.has("work_schedule_marks", turn.text):
        kind = ScheduleKind.WORK
    local = turn.now.astimezone(VIETNAM)
    coming = upcoming(turn.knowledge.schedules, kind, local.date(), local.time())
    found = by_title(_of(turn, coming, named), turn.text)
    if found:
        _show(turn, kind, found[:_SHOWN])
    elif not await _ready_answer(turn):
        _say_none(turn, named)


def _is_of_leaders(turn: Turn) -> bool:
    spoken = any(turn.lexicon.has(name, turn.text) for name in _SPOKEN_OF)
    return spoken or turn.lexicon.is_one("schedule_alone", turn.text)


def _asks_who(turn: Turn) -> bool:
    """Who the leader is and how to call there, not when."""
    when = any(turn.lexicon.has(name, turn.text) for name in _DATES)
    return not when and turn.lexicon.has("office_contact_marks", turn.text)


async def _answer_other(turn: Turn) -> None:
    """A schedule that other people keep: power, water, vaccination, waste."""
    if await _ready_answer(turn):
        return
    hits = turn.knowledge.index.search(turn.text, _LOOKED_AT, HitKind.FAQ)
    faqs = [hit for hit in hits if hit.kind is HitKind.FAQ and hit.score >= _NEAR]
    near = faqs[:_MOST_NEAR]
    turn.talk.shown = [shown_mark(hit) for hit in near]
    turn.say("schedule_other", found=bool(near), numbers=turn.numbers_to_ask())
    turn.offer(*map(hit_option, near), *_other_ways(turn))


def _named(turn: Turn) -> list[Agency]:
    """Agencies by name, else the commune by its own: nobody says "Ủy ban nhân dân" each time.

    Who has ended receives nobody: then it is those that do the work now.
    """
    said = f"{turn.text} {turn.entity('agency')}"
    if found := turn.knowledge.find_agencies(said, turn.today):
        return found
    if found := turn.knowledge.find_communes(said, turn.today):
        return found
    ended = turn.knowledge.successions(said, turn.today)
    return list(dict.fromkeys(heir for one in ended for heir in one.heirs))


def _of(turn: Turn, schedules: list[Schedule], named: list[Agency]) -> list[Schedule]:
    """Of the agencies named; without any those of the province, when there are some."""
    if named:
        codes = {agency.code for agency in named}
        return [item for item in schedules if item.agency_code in codes]
    agencies = turn.knowledge.agencies
    wide = [
        item
        for item in schedules
        if (agency := agencies.get(item.agency_code)) is None or agency.kind in _EVERYBODYS
    ]
    return by_title(wide, turn.text) or schedules


def _show(turn: Turn, kind: ScheduleKind, found: list[Schedule]) -> None:
    lines = [_line(turn, item) for item in found]
    turn.say(f"schedule_{kind}", lines=lines, numbers=turn.numbers_to_ask())
    turn.talk.shown = [*turn.talk.shown, *(f"schedule:{item.id}" for item in found)][-10:]
    turn.offer(*judge_options(turn))


def _line(turn: Turn, item: Schedule) -> str:
    return turn.render(
        "schedule_line",
        date=item.day,
        begins=f"{item.begins:%H:%M}",
        ends=f"{item.ends:%H:%M}" if item.ends else "",
        who=item.who,
        place=item.place,
        note=item.note,
    )


async def _ready_answer(turn: Turn) -> bool:
    hit = turn.knowledge.index.answer(turn.text, HitKind.FAQ)
    if hit is None or hit.kind is not HitKind.FAQ:
        return False
    await show_faq(turn, (hit.ref,))
    return True


def _say_none(turn: Turn, named: list[Agency]) -> None:
    agency = named[0] if len(named) == 1 else None
    turn.say(
        "schedule",
        agency=agency.name if agency else "",
        phone=agency.phone if agency else "",
        numbers=turn.numbers_to_ask(),
    )
    turn.offer(*_other_ways(turn))


def _other_ways(turn: Turn) -> tuple[Option, Option]:
    ask = turn.option("ask_this", Verb.ASK_THIS, turn.subject_row)
    return ask, turn.option("menu", Verb.MENU)
