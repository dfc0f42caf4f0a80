"""What the citizen writes into a text for an agency that is open."""

from collections.abc import Awaitable, Callable

from bot.actions.ask_buttons import edit
from bot.actions.ask_reading import (
    asks_on,
    asks_plainly,
    is_only_whom,
    location_in,
    names_no_place,
    says_no_photo,
    whom,
)
from bot.actions.ask_sending import send
from bot.actions.grave import asks_whether_grave
from bot.asking import (
    MOST_CONTENT,
    MOST_PLACE,
    add_content,
    advance,
    answer_kindly,
    behalf_options,
    places_in,
    set_content,
    show_back,
    show_step,
    take_entities,
    tell_cut,
)
from bot.context import Turn
from bot.intents import Intent
from bot.map_links import without_point
from bot.media import media_of
from bot.payloads import Verb
from bot.talk import Flow, Step, Talk
from delivery.messages import Inbound

#: An answer to "for whom" is short.
_MOST_BEHALF_WORDS = 8


async def take_content(turn: Turn, flow: Flow) -> None:
    if not turn.text.strip():
        show_step(turn, flow)
        return
    if _is_thanks(turn):
        answer_kindly(turn, flow, thanks=True)
        return
    if asks_whether_grave(turn, flow):
        return
    set_content(flow, turn.text, turn.row.id, turn.row.received_at)
    flow.content_message = turn.row.event.message_id
    tell_cut(turn, turn.text)
    take_entities(turn, flow)
    advance(turn, flow)


async def take_place(turn: Turn, flow: Flow) -> None:
    said = turn.text.strip()
    if located := location_in(turn):
        beside = without_point(said)[:MOST_PLACE]
        flow.place = f"{located} ({beside})" if beside else located
    elif turn.lexicon.has("grave_marks", said) and asks_whether_grave(turn, flow):
        return
    elif not said:
        show_step(turn, flow)
        return
    elif names_no_place(turn):
        flow.place = ""
    elif asks_on(turn) or len(said) > MOST_PLACE:
        _take_more_than_a_place(turn, flow)
        return
    elif _is_thanks(turn):
        answer_kindly(turn, flow, thanks=True)
        return
    elif _is_yes_or_no(turn) or is_only_whom(turn):
        _ask_place_again(turn, flow)
        return
    else:
        flow.place = said
    flow.place_message = turn.row.event.message_id
    advance(turn, flow)


def _take_more_than_a_place(turn: Turn, flow: Flow) -> None:
    """A question or a story: the place may stand in it; the rest belongs to the content or not."""
    named = places_in(turn.text) or turn.entity("place")[:MOST_PLACE]
    if not named and len(turn.text) <= MOST_PLACE:
        _offer_more(turn, flow)
        return
    add_content(turn, flow, turn.text, turn.row.id)
    if named:
        flow.place = named
        advance(turn, flow)
    else:
        show_step(turn, flow)


def _ask_place_again(turn: Turn, flow: Flow) -> None:
    turn.say("ask_place_again")
    turn.offer(turn.option("no_place", Verb.SKIP, flow.id), turn.option("stop", Verb.DROP, flow.id))


def _is_thanks(turn: Turn) -> bool:
    """Nothing but thanks, also while the model is away."""
    return turn.lexicon.is_one("thank_words", turn.text)


def _is_yes_or_no(turn: Turn) -> bool:
    return any(turn.lexicon.is_one(name, turn.text) for name in ("affirm", "deny"))


async def take_photo(turn: Turn, flow: Flow) -> None:
    """Words where a photo was asked for: there is none, or they say more."""
    said = turn.text.strip()
    if says_no_photo(turn):
        advance(turn, flow)
    elif media_of(turn.row):
        if _is_thanks(turn):
            advance(turn, flow)
            return
        if asks_whether_grave(turn, flow):
            return
        add_content(turn, flow, said, turn.row.id)
        advance(turn, flow)
    elif _is_thanks(turn):
        answer_kindly(turn, flow, thanks=True)
    elif said and not turn.lexicon.is_one("affirm", said):
        _offer_more(turn, flow)
    else:
        show_step(turn, flow)


async def take_behalf(turn: Turn, flow: Flow) -> None:
    found = whom(turn.lexicon, turn.text)
    if not turn.text.strip():
        show_step(turn, flow)
    elif _is_thanks(turn):
        answer_kindly(turn, flow, thanks=True)
    elif len(turn.text.split()) > _MOST_BEHALF_WORDS:
        _offer_more(turn, flow)
    elif found and not asks_plainly(turn):
        flow.behalf = found
        advance(turn, flow)
    else:
        _ask_behalf_again(turn, flow)


def _ask_behalf_again(turn: Turn, flow: Flow) -> None:
    """A yes or no answers nothing here; any other words may belong to the content."""
    more = not _is_yes_or_no(turn)
    if more and asks_whether_grave(turn, flow):
        return
    turn.say("ask_behalf_again", more=more)
    *whoms, stop = behalf_options(turn, flow)
    turn.offer(*whoms)
    if more:
        turn.offer(
            turn.option("add", Verb.ADD, flow.id, turn.row.id),
            turn.option("other_question", Verb.INTENT, Intent.ASK_PROCEDURE, turn.row.id),
        )
    turn.offer(stop)


async def take_confirmation(turn: Turn, flow: Flow) -> None:
    """Words at the place of a button."""
    if turn.lexicon.is_one("affirm", turn.text) or turn.lexicon.is_one("send", turn.text):
        await send(turn, (flow.id,))
    elif turn.lexicon.is_one("edit", turn.text):
        await edit(turn, (flow.id,))
    elif turn.lexicon.is_one("deny", turn.text):
        turn.say("confirm_no")
        turn.offer(turn.option("edit", Verb.EDIT, flow.id), turn.option("drop", Verb.DROP, flow.id))
    elif _is_thanks(turn):
        answer_kindly(turn, flow, thanks=True)
    elif turn.text.strip() and not turn.lexicon.is_unclear(turn.text):
        _offer_more(turn, flow)
    else:
        show_back(turn, flow)


def _offer_more(turn: Turn, flow: Flow) -> None:
    """Words that answer nothing: do they belong to the content?"""
    if asks_whether_grave(turn, flow):
        return
    turn.say("confirm_more")
    turn.offer(turn.option("add", Verb.ADD, flow.id, turn.row.id))
    if flow.step is Step.CONFIRM:
        turn.offer(turn.option("send", Verb.SEND, flow.id))
    turn.offer(
        turn.option("other_question", Verb.INTENT, Intent.ASK_PROCEDURE, turn.row.id),
        turn.option("drop", Verb.DROP, flow.id),
    )


def may_edit(talk: Talk, event: Inbound) -> bool:
    """Whether the citizen changed a message that is part of the text being collected."""
    flow = talk.flow
    if flow is None or flow.aside or flow.step not in TAKERS or not event.text:
        return False
    return any(said and said in event.about for said in (flow.content_message, flow.place_message))


def take_edit(turn: Turn, flow: Flow) -> None:
    """The changed words replace what their message gave. The day of the question stays."""
    if asks_whether_grave(turn, flow):
        return
    if flow.content_message in turn.row.event.about:
        whole = f"{turn.text}\n{flow.more}".strip()
        flow.content = whole[:MOST_CONTENT]
        tell_cut(turn, whole)
    else:
        flow.place = turn.text[:MOST_PLACE]
    show_step(turn, flow)


#: What takes a message at each step.
TAKERS: dict[Step, Callable[[Turn, Flow], Awaitable[None]]] = {
    Step.CONTENT: take_content,
    Step.PLACE: take_place,
    Step.BEHALF: take_behalf,
    Step.PHOTO: take_photo,
    Step.CONFIRM: take_confirmation,
}
