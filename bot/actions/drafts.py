"""Drafts of legal documents that are open for comments: listed, shown, commented on."""

from collections.abc import Sequence

from bot.asking import begin, show_step
from bot.choices import Option
from bot.context import Turn
from bot.payloads import Verb, make_payload
from casework.cases import CaseKind
from knowledge.drafts import Draft, open_drafts

_SHOWN = 5


async def comment_draft(turn: Turn, _: Sequence[str] = ()) -> None:
    """The citizen wants to read or comment on drafts."""
    turn.talk.flow = None
    turn.talk.ask(turn.text, turn.subject_row)
    await list_open(turn)


async def list_open(turn: Turn, arguments: Sequence[str] = ()) -> None:
    """Five at a time; the number of the first one shown."""
    said = arguments[0] if arguments else ""
    first = int(said) if said.isdecimal() else 0
    found = open_drafts(turn.knowledge.drafts, turn.today)
    page = found[first : first + _SHOWN] or found[:_SHOWN]
    if not page:
        turn.say("comment_draft")
        turn.offer(turn.option("ask", Verb.ASK, CaseKind.QUESTION))
        turn.offer(turn.option("menu", Verb.MENU))
        return
    turn.say("drafts_open")
    turn.offer(*(_option(turn, draft) for draft in page))
    if len(found) > first + _SHOWN:
        turn.offer(turn.option("more_drafts", Verb.DRAFTS, first + _SHOWN))
    turn.offer(turn.option("menu", Verb.MENU))


def _option(turn: Turn, draft: Draft) -> Option:
    text = turn.render("draft_line", title=draft.title, date=draft.closes_on)
    return Option(draft.title, make_payload(Verb.DRAFT, draft.id), text)


async def show(turn: Turn, arguments: Sequence[str]) -> None:
    """`id`."""
    draft = await _find_open(turn, arguments)
    if draft is None:
        return
    turn.say(
        "draft",
        title=draft.title,
        summary=draft.summary,
        agency=turn.knowledge.agency_name(draft.agency_code),
        date=draft.closes_on,
        url=draft.url,
    )
    turn.offer_link("open_draft", draft.url)
    turn.offer(
        turn.option("comment_now", Verb.COMMENT, draft.id),
        turn.option("more_drafts", Verb.DRAFTS, 0),
        turn.option("menu", Verb.MENU),
    )


async def comment(turn: Turn, arguments: Sequence[str]) -> None:
    """`id`: the comment goes to the agencies as a question that names the draft."""
    draft = await _find_open(turn, arguments)
    if draft is None:
        return
    flow = begin(turn, CaseKind.QUESTION)
    agency = turn.knowledge.agency_name(draft.agency_code)
    flow.about = turn.render("draft_reference", title=draft.title, agency=agency)
    show_step(turn, flow)


async def _find_open(turn: Turn, arguments: Sequence[str]) -> Draft | None:
    """None, and the others are listed, when it is gone or its time is over."""
    wanted = arguments[0] if arguments else ""
    drafts = open_drafts(turn.knowledge.drafts, turn.today)
    found = next((draft for draft in drafts if draft.id == wanted), None)
    if found is None:
        turn.say("draft_over")
        await list_open(turn)
    return found
