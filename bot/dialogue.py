"""From what a citizen sent to the action that answers it."""

from collections.abc import Sequence

from bot.actions import attachments, greeting, unsure
from bot.actions.ask_aside import is_kind_word, other_matter
from bot.actions.grave import suspect
from bot.actions.information import ask_info, asks_for_agency
from bot.actions.judged import named_in_full
from bot.actions.person import person_will_answer
from bot.actions.procedures import show_hit
from bot.actions.scam import find_warning
from bot.actions.table import INTENTS
from bot.asking import answer_kindly, do_aside, is_open
from bot.context import Action, Turn
from bot.intents import Intent
from bot.media import note_media
from bot.planning import SHORT_WORDS, Plan
from bot.suspicion import looks_grave
from bot.talk import Step
from delivery.messages import EventKind
from knowledge.search import Hit
from knowledge.text import find_language, language, spell

#: Confidence from which a greeting in an open text is one. What else is followed without asking
#: back, the model says itself: its threshold is measured with it.
SURE = 0.5
#: And its lead over the next one.
_LEAD = 0.1
#: Intents that open a form, though the citizen may simply have named a procedure or a FAQ.
_MAY_HIDE_A_TITLE = frozenset({Intent.ASK_AGENCY, Intent.CHECK_DOSSIER})
#: A cancellation read by the model inside a flow must be this sure: it costs what was typed.
_SURE_CANCEL = 0.85
#: Answers that end or change something: the model finds them in noise too, so a word must be known.
_NEEDS_A_WORD = frozenset({Intent.CANCEL, Intent.AFFIRM, Intent.DENY})
#: Their words that are words of several languages ("no") and show none.
_ANSWER_WORDS = ("cancel", "affirm", "deny")
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


#: Plain words that lead to them greet, or ask for the beginning.
_GREETINGS = (greeting.greet, greeting.show_menu)


class Dialogue:
    """Runs the action of a plan, or the one the model read."""

    async def answer(self, turn: Turn, plan: Plan) -> None:
        """Run the action; a text that is open and not meant by it is kept."""
        turn.talk.forget_old(turn.now)
        note_media(turn)
        await self._do(turn, plan)
        turn.talk.pictures_at = turn.now.isoformat() if attachments.has_pictures(turn) else ""

    async def _do(self, turn: Turn, plan: Plan) -> None:
        flow = turn.talk.flow
        if plan.in_flow or not (is_open(flow) or turn.late):
            await self._act(turn, plan)
            return

        async def act(turn: Turn, _: Sequence[str]) -> None:
            await self._act(turn, plan)

        await do_aside(turn, act)
        # What the citizen was asked meanwhile is asked still.
        if turn.talk.flow is None and not is_open(flow):
            turn.talk.flow = flow

    async def _act(self, turn: Turn, plan: Plan) -> None:
        """`turn.reading` is None when the model was not asked or is away."""
        if is_unspoken(turn, plan):
            await (greeting.greet if _greets(turn, plan) else person_will_answer)(turn, ())
        elif plan.by_code and looks_grave(turn):
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
        elif plan.action is None and asks_for_agency(turn):
            await ask_info(turn)
        elif not plan.by_code and (warning := find_warning(turn)):
            await self._show(turn, warning)
        elif intent and not (plan.by_code and intent not in _BEYOND_A_CODE):
            hides = intent in _MAY_HIDE_A_TITLE and not looks_grave(turn)
            if hides and (hit := named_in_full(turn)):
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
        flow, sure = turn.talk.flow, _sure_intent(turn)
        short = len(turn.text.split()) <= SHORT_WORDS
        if short and _is_sure(turn, (Intent.CANCEL,), _SURE_CANCEL) and _has_known_word(turn):
            await greeting.cancel(turn)
        elif short and turn.reading and _is_sure(turn, _ASIDE, _SURE_CANCEL):
            await do_aside(turn, INTENTS[turn.reading.intent])
        elif flow and turn.reading and _only_greets(turn):
            answer_kindly(turn, flow, thanks=turn.reading.intent is Intent.THANK)
        elif flow and short and is_kind_word(turn, flow, sure):
            answer_kindly(turn, flow, thanks=sure is Intent.THANK)
        elif flow and (matter := other_matter(turn, flow, sure)):
            await do_aside(turn, INTENTS[matter])
        else:
            await take(turn, ())


def is_unspoken(turn: Turn, plan: Plan) -> bool:
    """Words in a language whose texts nobody has read; an open text takes them all the same."""
    written = turn.row.event.kind is EventKind.MESSAGE and turn.text and not plan.in_flow
    return bool(written) and turn.words.is_off and language(turn.text).value == turn.lang


def _greets(turn: Turn, plan: Plan) -> bool:
    return plan.action in _GREETINGS or _is_sure(turn, (Intent.GREET,), SURE)


def _is_sure(turn: Turn, intents: Sequence[Intent], confidence: float) -> bool:
    reading = turn.reading
    return reading is not None and reading.intent in intents and reading.confidence >= confidence


def _has_known_word(turn: Turn) -> bool:
    text = spell(turn.text)
    shown = find_language(text) is not None
    return shown or any(turn.lexicon.has(name, text) for name in _ANSWER_WORDS)


def _only_greets(turn: Turn) -> bool:
    """A greeting where the content was asked for, thanks where it only waits to be sent."""
    step = turn.talk.flow.step if turn.talk.flow is not None else None
    words = len(turn.text.split())
    if step is Step.CONFIRM:
        return words <= SHORT_WORDS and _is_sure(turn, (Intent.THANK,), _SURE_CANCEL)
    short = words <= _GREETING_WORDS
    return step is Step.CONTENT and short and _is_sure(turn, (Intent.GREET, Intent.THANK), SURE)


def _sure_intent(turn: Turn) -> Intent | None:
    reading = turn.reading
    if reading is None or reading.confidence < reading.sure_from:
        return None
    if reading.intent in _NEEDS_A_WORD and not _has_known_word(turn):
        return None
    others = [item.confidence for item in reading.ranking if item.intent is not reading.intent]
    lead = reading.confidence - max(others, default=0.0)
    return reading.intent if lead >= _LEAD else None
