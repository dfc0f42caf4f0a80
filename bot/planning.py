"""What an event wants, as far as rules alone can tell: buttons, numbers, plain words, codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.actions import (
    ask_buttons,
    ask_sending,
    attachments,
    cases,
    contacts,
    data_rights,
    dossier,
    greeting,
    procedures,
    unsure,
    withdrawing,
)
from bot.actions.ask_reading import whom
from bot.actions.ask_taking import TAKERS, may_edit, take_edit
from bot.actions.table import VERBS
from bot.asking import do_aside, show_step
from bot.choices import NumberReader, picked
from bot.context import Action, Turn
from bot.lexicon import Lexicon
from bot.media import media_of, take_media
from bot.payloads import Verb, make_payload, read_payload
from bot.talk import Flow, Step, Talk, was_idle
from casework.contacts import looks_like_contact
from delivery.messages import EventKind, Inbound
from knowledge.codes import CodeKind, find_codes

#: A message of so few words may want something else than what is open.
SHORT_WORDS = 8
#: After this silence an open flow takes no free text; its buttons still work.
_FLOW_HOURS = 12.0
_DIGITS_OF_A_CODE = 3
#: Following and opening come together, or in the middle of a talk: one greeting is enough.
_GREETED_HOURS = 1.0
#: A number with the words around it; each group of digits is one.
_CONTACT_WORDS = 12
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


#: Steps at which the model reads long messages too.
_MAY_BE_ANOTHER_MATTER = frozenset({Step.CONTENT, Step.PLACE, Step.BEHALF})


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


class Planner:
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
            return Plan(_take_edit, in_flow=True, is_edit=may_edit(talk, event))
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
        if not text:
            return None
        if not talk.choices:
            return self._by_lone_number(talk, text)
        only_digits = self._words_may_answer(talk, text)
        payload, was_number = picked(talk.choices, text, self._numbers, only_digits=only_digits)
        payload = payload or self._by_yes_or_no(talk, text)
        found = read_payload(payload) if payload else None
        if found is not None:
            return _of_button(*found)
        return Plan(unsure.choose_again, in_flow=True) if was_number else None

    def _by_lone_number(self, talk: Talk, text: str) -> Plan | None:
        """A number of a list that is gone: the lists begin at the menu."""
        lone = talk.flow is None and self._numbers.read(text, only_digits=True) is not None
        return Plan(greeting.show_menu) if lone else None

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
        payloads = [payload for _, payload, *_ in talk.choices]
        if self._lexicon.is_one("affirm", text):
            return next((item for item in payloads if item == make_payload(Verb.INTENDED)), None)
        asks_on = any(item.startswith(make_payload(Verb.ASK_THIS)) for item in payloads)
        if asks_on and talk.shown and self._lexicon.is_one("deny", text):
            return make_payload(Verb.NOT_INTENDED, talk.question_row)
        return None

    def _by_word(self, talk: Talk, text: str) -> Plan | None:
        if self._lexicon.is_one("menu", text) or self._lexicon.is_one("assistant", text):
            return Plan(greeting.show_menu)
        if self._cancels(text):
            return Plan(greeting.cancel, in_flow=True)
        if plan := self._about_own(talk, text):
            return plan
        if talk.flow is None and talk.sent and self._lexicon.is_one("send", text):
            return Plan(ask_sending.send, (talk.sent[-1][0],))
        left = _left(talk)
        if left is not None and self._lexicon.is_one("resume", text):
            return Plan(ask_buttons.resume, (left.id,), in_flow=True)
        return None

    def _about_own(self, talk: Talk, text: str) -> Plan | None:
        """A question taken back, a right over one's data; words into an open text are its own."""
        if talk.flow is not None and not talk.flow.aside:
            return None
        short = 0 < len(text.split()) <= SHORT_WORDS and "?" not in text
        marked = short and self._lexicon.has("withdraw_marks", text)
        if marked or self._lexicon.is_one("withdraw_words", text):
            return Plan(withdrawing.by_words)
        if self._lexicon.is_one("data_words", text):
            return Plan(data_rights.explain)
        told = len(text.split()) <= _CONTACT_WORDS
        if told and self._lexicon.has("contact_marks", text):
            return Plan(contacts.by_words)
        if _may_be_contact(text) and (code := _offered_contact(talk)):
            return Plan(contacts.take_for, (code,))
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
        if flow.step is Step.CONTACT and _may_be_contact(text, asked=True):
            return Plan(contacts.take, in_flow=True)
        if flow.step is Step.PROCEDURE and text:
            return Plan(procedures.answer_question, asks_model=True)
        return None

    def _by_text(self, flow: Flow, text: str) -> Plan:
        """Words into a text that is open."""
        if self._lexicon.is_unclear(text):
            return Plan(show_again, in_flow=True)
        if flow.step is not Step.CONTENT and _is_bare_code(text):
            return Plan(_answer_code_aside)
        short = 0 < len(text.split()) <= SHORT_WORDS
        asks = bool(text) and (short or flow.step in _MAY_BE_ANOTHER_MATTER)
        return Plan(_take, asks_model=asks, in_flow=True)


def _left(talk: Talk) -> Flow | None:
    """What the citizen can take up again."""
    if talk.flow is not None:
        return talk.flow if talk.flow.aside else None
    return talk.dropped


def _offered_contact(talk: Talk) -> str:
    """The case for which the last message offered to leave a number; empty when it did not."""
    found = (read_payload(payload) for _, payload, *_ in talk.choices)
    return next((item[1][0] for item in found if item and item[0] is Verb.CONTACT), "")


def _may_be_contact(text: str, *, asked: bool = False) -> bool:
    """A number or an address, and hardly a word besides; a code is something else."""
    short = len(text.split()) <= _CONTACT_WORDS
    return short and looks_like_contact(text, asked=asked) and _action_of_code(text) is None


def _of_button(verb: Verb, arguments: Sequence[str]) -> Plan:
    return Plan(VERBS[verb], arguments, in_flow=verb in _FLOW_VERBS)


def _by_code(text: str) -> Plan | None:
    """A code says by itself what is wanted, unless much is said besides."""
    found = _action_of_code(text)
    if found is None:
        return None
    long = len(text.split()) > SHORT_WORDS
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


async def show_again(turn: Turn, _: Sequence[str]) -> None:
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
        take_edit(turn, turn.talk.flow)


async def _take_code(turn: Turn, _: Sequence[str]) -> None:
    await dossier.take_code(turn)


async def _explain_code(turn: Turn, arguments: Sequence[str]) -> None:
    dossier.explain_malformed(turn, arguments[0])
