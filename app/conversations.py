"""Puts the conversation together: guard, model, knowledge, replies, turns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from threading import Lock
from typing import Any

from aiohttp import ClientSession

from app.data_folder import ROOT
from app.endpoint import FindEndpoint
from app.guard_data import read_guard
from app.learning.files import Learned, read_learned, with_questions, with_sayings
from app.reviews import Part, languages_off, languages_on_trial
from app.settings import Settings
from app.yaml_files import load_yaml
from bot.guard import Guard
from bot.knowledge_holder import KnowledgeHolder
from bot.office import Office
from bot.replies import LANGUAGES, Replies
from bot.turn import TurnRunner
from bot.understanding.client import UnderstandingClient
from delivery.channel import ChannelLimits
from delivery.messages import ChannelName
from knowledge.agencies import Agency
from knowledge.faqs import Faq
from knowledge.fields import Field
from knowledge.procedures import Procedure
from knowledge.routing import Router, Routing
from knowledge.search import Index, parse_common, parse_lexicon
from knowledge.text import Language
from store.unit_of_work import Store
from webhooks.facebook.limits import LIMITS as FACEBOOK_LIMITS
from webhooks.zalo.limits import LIMITS as ZALO_LIMITS

NLU_DATA = ROOT / "nlu_data"

#: A terminal takes what Zalo takes: long texts and five choices.
CHANNEL_LIMITS: dict[ChannelName, ChannelLimits] = {
    ChannelName.ZALO: ZALO_LIMITS,
    ChannelName.FACEBOOK: FACEBOOK_LIMITS,
    ChannelName.TERMINAL: ZALO_LIMITS,
}


_GUARD_LOCK = Lock()


def make_guard() -> Guard:
    """Learn it, once in a process, whichever threads ask: two seconds.

    Raises:
        OSError, yaml.YAMLError: its lists cannot be read; no start without a guard.
    """
    with _GUARD_LOCK:
        return _learn_guard()


@cache
def _learn_guard() -> Guard:
    return read_guard(NLU_DATA)


def make_router(learned: Learned | None = None) -> Router:
    """Learn the fields from `nlu_data`, with what editors labelled; about a second."""
    phrases = load_yaml(NLU_DATA / "lookups" / "fields.yml")
    labelled = (learned or read_learned(NLU_DATA)).fields
    return Router(
        {
            field: [
                *load_yaml(NLU_DATA / "routing" / f"{field}.yml"),
                *phrases[field]["phrases"],
                *labelled.get(field, ()),
            ]
            for field in Field
        }
    )


class LazyRouter:
    """The router of a process: it learns when it is first asked. Called in threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._router: Router | None = None

    def propose(self, text: str, place: str, day: date, agencies: Sequence[Agency]) -> Routing:
        with self._lock:
            if self._router is None:
                self._router = make_router()
        return self._router.propose(text, place, day, agencies)


def make_index_builder(learned: Learned | None = None) -> "partial[Index]":
    """Without `learned` each index takes what editors labelled until then."""
    lookups = NLU_DATA / "lookups"
    lexicon = parse_lexicon(load_yaml(lookups / "lexicon.yml"))
    bridges = {
        lang: parse_lexicon(load_yaml(lookups / f"lexicon_{lang.value}.yml"))
        for lang in (Language.EN, Language.KM)
    }
    return partial(
        _build_index,
        lexicon=lexicon,
        bridges=bridges,
        common=load_yaml(lookups / "common.yml"),
        alike=load_yaml(lookups / "alike.yml"),
        learned=learned,
    )


def _build_index(
    procedures: Sequence[Procedure],
    faqs: Sequence[Faq],
    *,
    lexicon: dict[str, list[str]],
    bridges: dict[Language, dict[str, list[str]]],
    common: list[dict[str, Any]],
    alike: dict[str, list[str]],
    learned: Learned | None,
) -> Index:
    labelled = learned or read_learned(NLU_DATA)
    named = parse_common(with_sayings(common, labelled.procedures))
    asked = with_questions(faqs, labelled.faqs)
    return Index(procedures, asked, lexicon, bridges, named, alike=alike)


def make_replies(settings: Settings) -> Replies:
    """The province may name its office; else it is simply the province's portal."""
    return _read_replies(
        settings.office_name,
        languages_off(settings, Part.REPLIES),
        languages_on_trial(settings, Part.REPLIES),
    )


@cache
def _read_replies(office_name: str, off: frozenset[str], noted: frozenset[str]) -> Replies:
    return Replies(office_name=office_name, off=off, noted=noted)


def make_office(settings: Settings, replies: Replies) -> Office:
    """What citizens may be told about the office."""
    names = {lang: replies[lang].office_name for lang in LANGUAGES}
    return Office(name=names, public_url=settings.public_url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversations:
    turns: TurnRunner
    knowledge: KnowledgeHolder
    client: UnderstandingClient


def make_conversations(
    settings: Settings, store: Store, session: ClientSession, find_endpoint: FindEndpoint
) -> Conversations:
    """`session` is for the intent model; `await knowledge.reload()` before the first turn."""
    replies = make_replies(settings)
    client = UnderstandingClient(session, find_endpoint)
    knowledge = KnowledgeHolder(store, make_index_builder())
    turns = TurnRunner(
        store=store,
        understanding=client,
        knowledge=knowledge,
        replies=replies,
        limits=CHANNEL_LIMITS,
        guard=make_guard(),
        office=make_office(settings, replies),
        propose=LazyRouter().propose,
    )
    return Conversations(turns=turns, knowledge=knowledge, client=client)
