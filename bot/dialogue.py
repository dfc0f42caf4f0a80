"""From what a citizen sent to the action that answers it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.actions import (
    ask,
    attachments,
    cases,
    data_rights,
    dossier,
    greeting,
    procedures,
    unsure,
    withdrawing,
)
from bot.actions.ask import TAKERS
from bot.actions.ask_reading import whom
from bot.actions.grave import looks_grave, suspect
from bot.actions.procedures import show_hit
from bot.actions.scam import find_warning
from bot.actions.table import INTENTS, VERBS
from bot.asking import do_aside, is_open, show_step
from bot.choices import NumberReader, picked
from bot.context import Action, Turn
from bot.intents import Intent
from bot.lexicon import Lexicon
from bot.media import media_of, note_media, take_media
from bot.payloads import Verb, make_payload, read_payload
from bot.talk import Flow, Step, Talk, was_idle
from delivery.messages import EventKind, Inbound
from knowledge.codes import CodeKind, find_codes
from knowledge.search import Hit

#: Calibrated confidence from which an intent is followed without asking.
SURE = 0.5
#: And its lead over the next one.
_LEAD = 0.1
#: Intents that open a form, though the citizen may simply have named a procedure or a FAQ; and
#: the score that only a name said in full reaches.
_MAY_HIDE_A_TITLE = frozenset({Intent.ASK_AGENCY, Intent.CHECK_DOSSIER})
_SAID_IN_FULL = 0.75
#: A cancellation read by the model inside a flow must be this sure: it costs what was typed.
_SURE_CANCEL = 0.85
_SHORT_WORDS = 8
#: A greeting in so few words is no content.
_GREETING_WORDS = 3
#: What a long message may want though it names a code; anything else is about the code.
_BEYOND_A_CODE = frozenset(
    {
        Intent.ASK_AGENCY,
        Intent.REPORT_PROBLEM,
        Intent.COMPLAIN_DENOUNCE,
        Intent.REQUEST_HUMAN,
        Intent.FEEDBACK_ANSWER,
        Intent.DELETE_DATA,
    }
)
#: What a short message in an open flow may want besides: none of these can be its content.
_ASIDE = (
    Intent.CHECK_DOSSIER,
    Intent.CHECK_CASE,
    Intent.REQUEST_HUMAN,
    Intent.CHANGE_LANGUAGE,
    Intent.DELETE_DATA,
)
#: After this silence an open flow takes no free text; its buttons still work.
_FLOW_HOURS = 12.0
_DIGITS_OF_A_CODE = 5
#: Following and opening come together, or in the middle of a talk: one greeting is enough.
_GREETED_HOURS = 1.0
#: Characters beside a code in "mã hồ sơ 000…".
_BESIDES = 12


#: Buttons of an open text itself.
_FLOW_VERBS = frozenset(
    {
        Verb.SEND,
        Verb.EDIT,
        Verb.KIND,
        Verb.IN_PICTURE,
        Verb.DROP,
        Verb.SKIP,
        Verb.BEHALF,
        Verb.ADD,
        Verb.RESUME,
    }
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known before the model is asked.

    `action` answers; with `asks_model` it is what answers when the model is away or unsure of
    something stronger. `needs_model`: without the model there is only the menu. `in_flow`: it
    concerns the text that is open.
    """

    action: Action | None = None
    arguments: Sequence[str] = ()
    asks_model: bool = False
    in_flow: bool = False
    is_edit: bool = False
    #: The action answers a code in a text that says more.
    by_code: bool = False

    @property
    def needs_model(self) -> bool:
        return self.asks_model and self.action is None


class Dialogue:
    def __init__(self, lexicon: Lexicon, numbers: NumberReader) -> None:
        self._lexicon = lexicon
        self._numbers = numbers

    def plan(
        self, event: Inbound, text: str, talk: Talk, last_at: datetime | None, now: datetime
    ) -> Plan:
        """Decide as much as can be decided by rules."""
        if event.kind in (EventKind.FOLLOW, EventKind.OPENED):
            return Plan(greeting.greet if was_idle(last_at, now, _GREETED_HOURS) else _stay_silent)
        if event.kind is EventKind.EDIT:
            return Plan(_take_edit, in_flow=True, is_edit=ask.may_edit(talk, event))
        return (
            self._by_payload(event, text)
            or self._by_choice(talk, text)
            or self._by_word(talk, text)
            or self._by_flow(talk, text, idle=was_idle(last_at, now, _FLOW_HOURS))
            or _by_code(text)
            or _without_words(event, text)
            or Plan(asks_model=True)
        )

    @staticmethod
    def _by_payload(event: Inbound, text: str) -> Plan | None:
        found = read_payload(event.payload) or read_payload(text)
        if found is not None:
            return _of_button(*found)
        pressed = event.payload and event.payload != event.text
        return Plan(greeting.show_menu) if pressed or event.kind is EventKind.POSTBACK else None

    def _by_choice(self, talk: Talk, text: str) -> Plan | None:
        if not talk.choices or not text:
            return None
        only_digits = self._words_may_answer(talk, text)
        payload, was_number = picked(talk.choices, text, self._numbers, only_digits=only_digits)
        payload = payload or self._by_yes_or_no(talk, text)
        found = read_payload(payload) if payload else None
        if found is not None:
            return _of_button(*found)
        return Plan(unsure.choose_again, in_flow=True) if was_number else None

    def _words_may_answer(self, talk: Talk, text: str) -> bool:
        """Whether number words may mean something else: a house, a father, a fourth child.

        No word drops a text either, only the digit or the label on the screen.
        """
        flow = talk.flow
        if flow is None or flow.aside:
            return False
        if flow.step is Step.PLACE or (flow.step is Step.BEHALF and whom(self._lexicon, text)):
            return True
        payload, was_number = picked(talk.choices, text, self._numbers)
        return was_number and (payload or "").startswith(make_payload(Verb.DROP))

    def _by_yes_or_no(self, talk: Talk, text: str) -> str | None:
        """A plain yes or no to the question under an automatic answer."""
        payloads = [payload for _, payload in talk.choices]
        if self._lexicon.is_one("affirm", text):
            return next((item for item in payloads if item == make_payload(Verb.INTENDED)), None)
        asks_on = any(item.startswith(make_payload(Verb.ASK_THIS)) for item in payloads)
        if asks_on and talk.shown and self._lexicon.is_one("deny", text):
            return make_payload(Verb.NOT_INTENDED, talk.question_row)
        return None

    def _by_word(self, talk: Talk, text: str) -> Plan | None:
        if self._lexicon.is_one("menu", text):
            return Plan(greeting.show_menu)
        if self._cancels(text):
            return Plan(greeting.cancel, in_flow=True)
        if plan := self._about_own(talk, text):
            return plan
        if talk.flow is None and talk.sent and self._lexicon.is_one("send", text):
            return Plan(ask.send, (talk.sent[-1][0],))
        return None

    def _about_own(self, talk: Talk, text: str) -> Plan | None:
        """A question taken back, a right over one's data; words into an open text are its own."""
        if talk.flow is not None and not talk.flow.aside:
            return None
        short = 0 < len(text.split()) <= _SHORT_WORDS and "?" not in text
        marked = short and self._lexicon.has("withdraw_marks", text)
        if marked or self._lexicon.is_one("withdraw_words", text):
            return Plan(withdrawing.by_words)
        if self._lexicon.is_one("data_words", text):
            return Plan(data_rights.explain)
        return None

    def _cancels(self, text: str) -> bool:
        if self._lexicon.is_one("cancel", text):
            return True
        return self._lexicon.begins("cancel_start", text) and not find_codes(text)

    def _by_flow(self, talk: Talk, text: str, *, idle: bool) -> Plan | None:
        flow = talk.flow
        if flow is None or flow.aside or idle:
            return None
        if flow.step in TAKERS:
            return self._by_text(flow, text)
        if flow.step is Step.CODE and sum(map(str.isdigit, text)) >= _DIGITS_OF_A_CODE:
            return Plan(_take_code, in_flow=True)
        if flow.step is Step.PROCEDURE and text:
            return Plan(procedures.answer_question, asks_model=True)
        return None

    def _by_text(self, flow: Flow, text: str) -> Plan:
        """Words into a text that is open."""
        if self._lexicon.is_unclear(text):
            return Plan(_show_again, in_flow=True)
        if flow.step is not Step.CONTENT and _is_bare_code(text):
            return Plan(_answer_code_aside)
        short = 0 < len(text.split()) <= _SHORT_WORDS
        asks = bool(text) and (short or flow.step is Step.CONTENT)
        return Plan(_take, asks_model=asks, in_flow=True)

    async def answer(self, turn: Turn, plan: Plan) -> None:
        """Run the action; a text that is open and not meant by it is kept."""
        turn.talk.forget_old(turn.now)
        note_media(turn)
        await self._do(turn, plan)
        turn.talk.pictures_at = turn.now.isoformat() if attachments.has_pictures(turn) else ""

    async def _do(self, turn: Turn, plan: Plan) -> None:
        if plan.in_flow or not is_open(turn.talk.flow):
            await self._act(turn, plan)
            return

        async def act(turn: Turn, _: Sequence[str]) -> None:
            await self._act(turn, plan)

        await do_aside(turn, act)

    async def _act(self, turn: Turn, plan: Plan) -> None:
        """`turn.reading` is None when the model was not asked or is away."""
        if plan.by_code and looks_grave(turn):
            await suspect(turn)
        elif turn.reading is not None:
            await self._by_reading(turn, plan)
        elif plan.action is not None:
            await plan.action(turn, plan.arguments)
        else:
            await unsure.model_away(turn)

    async def _by_reading(self, turn: Turn, plan: Plan) -> None:
        intent = _sure_intent(turn)
        if plan.in_flow and plan.action is not None:
            await self._in_flow(turn, plan.action)
        elif not plan.by_code and (warning := find_warning(turn)):
            await self._show(turn, warning)
        elif intent and not (plan.by_code and intent not in _BEYOND_A_CODE):
            if intent in _MAY_HIDE_A_TITLE and (hit := _named_in_full(turn)):
                await self._show(turn, hit)
            else:
                await INTENTS[intent](turn, ())
        elif plan.action is not None:
            await plan.action(turn, plan.arguments)
        elif hit := turn.knowledge.index.answer(turn.text):
            await self._show(turn, hit)
        else:
            await unsure.offer_likeliest(turn)

    @staticmethod
    async def _show(turn: Turn, hit: Hit) -> None:
        turn.talk.ask(turn.text, turn.subject_row)
        await show_hit(turn, hit, turn.text)

    @staticmethod
    async def _in_flow(turn: Turn, take: Action) -> None:
        """The open step takes the words, unless they surely want something else."""
        short = len(turn.text.split()) <= _SHORT_WORDS
        if short and _is_sure(turn, (Intent.CANCEL,), _SURE_CANCEL):
            await greeting.cancel(turn)
        elif short and turn.reading and _is_sure(turn, _ASIDE, _SURE_CANCEL):
            await do_aside(turn, INTENTS[turn.reading.intent])
        elif _only_greets(turn):
            await _show_again(turn, ())
        else:
            await take(turn, ())


def _of_button(verb: Verb, arguments: Sequence[str]) -> Plan:
    return Plan(VERBS[verb], arguments, in_flow=verb in _FLOW_VERBS)


def _by_code(text: str) -> Plan | None:
    """A code says by itself what is wanted, unless much is said besides."""
    found = _action_of_code(text)
    if found is None:
        return None
    long = len(text.split()) > _SHORT_WORDS
    return Plan(found[0], (found[1],), asks_model=long, by_code=True)


def _action_of_code(text: str) -> tuple[Action, str] | None:
    for code in find_codes(text):
        match code.kind:
            case CodeKind.DOSSIER:
                return dossier.check, code.value
            case CodeKind.CASE:
                return cases.check, code.value
            case CodeKind.PROCEDURE:
                return procedures.show_code, code.value
            case CodeKind.MALFORMED:
                return _explain_code, code.value
    return None


def _is_bare_code(text: str) -> bool:
    """A code and hardly a word besides: nobody means it as a place."""
    codes = find_codes(text)
    return bool(codes) and len(text) - sum(code.end - code.start for code in codes) <= _BESIDES


async def _answer_code_aside(turn: Turn, _: Sequence[str]) -> None:
    if found := _action_of_code(turn.text):
        await do_aside(turn, found[0], (found[1],))


def _without_words(event: Inbound, text: str) -> Plan | None:
    if text:
        return None
    return Plan(attachments.answer if event.attachments else greeting.show_menu)


async def _stay_silent(_turn: Turn, _: Sequence[str]) -> None:
    """Nothing to say."""


async def _show_again(turn: Turn, _: Sequence[str]) -> None:
    """The words can mean a yes and a no, or nothing here: what is open is shown once more."""
    if turn.talk.flow is not None:
        show_step(turn, turn.talk.flow)


async def _take(turn: Turn, _: Sequence[str]) -> None:
    """Give the message to the step that waits for it."""
    flow = turn.talk.flow
    if flow is None:
        return
    located = any(item.latitude is not None or item.url for item in turn.row.event.attachments)
    takes_place = flow.step is Step.PLACE and located and not media_of(turn.row)
    if turn.row.event.attachments and not turn.text and not takes_place:
        await attachments.answer_in_flow(turn, flow)
        return
    take_media(turn, flow)
    await TAKERS[flow.step](turn, flow)


async def _take_edit(turn: Turn, _: Sequence[str]) -> None:
    if turn.talk.flow is not None:
        ask.take_edit(turn, turn.talk.flow)


async def _take_code(turn: Turn, _: Sequence[str]) -> None:
    await dossier.take_code(turn)


async def _explain_code(turn: Turn, arguments: Sequence[str]) -> None:
    dossier.explain_malformed(turn, arguments[0])


def _is_sure(turn: Turn, intents: Sequence[Intent], confidence: float) -> bool:
    reading = turn.reading
    return reading is not None and reading.intent in intents and reading.confidence >= confidence


def _only_greets(turn: Turn) -> bool:
    """A greeting where the content was asked for."""
    waits = turn.talk.flow is not None and turn.talk.flow.step is Step.CONTENT
    short = len(turn.text.split()) <= _GREETING_WORDS
    return waits and short and _is_sure(turn, (Intent.GREET, Intent.THANK), SURE)


def _named_in_full(turn: Turn) -> Hit | None:
    hit = turn.knowledge.index.answer(turn.text)
    return hit if hit is not None and hit.score >= _SAID_IN_FULL else None


def _sure_intent(turn: Turn) -> Intent | None:
    reading = turn.reading
    if reading is None or reading.confidence < SURE:
        return None
    others = [item.confidence for item in reading.ranking if item.intent is not reading.intent]
    lead = reading.confidence - max(others, default=0.0)
    return reading.intent if lead >= _LEAD else None
