"""What every page of the desk works with."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from aiohttp import web

from bot.erasure import Erasure
from casework.cases import Case, Refusal
from casework.use_cases.moving import CaseMove
from delivery.channel import ChannelLimits
from delivery.messages import ChannelName
from desk.answers import Answers
from desk.passwords import Passwords
from desk.words import Words, load_words
from knowledge.routing import Propose
from store.addresses import Network
from store.data_requests import DataRequest
from store.handovers import Handover
from store.staff import StaffSession
from store.unit_of_work import Store, UnitOfWork

#: Makes the approved draft the answer and queues it for the citizen; the desk commits.
SendAnswer = Callable[[UnitOfWork, CaseMove], Awaitable[Case]]
#: Tells the citizen why a case is not accepted; the desk commits.
TellRefused = Callable[[UnitOfWork, Case, Refusal, str], Awaitable[None]]
#: Tells the citizen that a refused case is worked on after all; the desk commits.
TellRestored = Callable[[UnitOfWork, Case], Awaitable[None]]
#: Whether an agency (by code) wants two people for one answer.
FourEyes = Callable[[UnitOfWork, str], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Talks:
    """How a person of ours speaks with a citizen; the desk commits.

    `say` takes the words and the name they are said under, and raises `ConversationClosedError`.
    """

    say: Callable[[UnitOfWork, Handover, str, str], Awaitable[None]]
    give_back: Callable[[UnitOfWork, Handover], Awaitable[None]]
    limits: Mapping[ChannelName, ChannelLimits]


class EraseConversation(Protocol):
    """Erases all that is kept of a conversation, or nothing while a case is open."""

    async def __call__(
        self, work: UnitOfWork, conversation_id: str, now: datetime, *, staff_id: str = ""
    ) -> Erasure: ...


@dataclass(frozen=True, slots=True)
class OwnData:
    """How the rights of people over their data are carried out; the desk commits."""

    erase: EraseConversation
    #: All that is kept of a conversation, as JSON types.
    read: Callable[[UnitOfWork, str], Awaitable[dict[str, Any]]]
    #: Tells the citizen what was decided.
    tell: Callable[[UnitOfWork, DataRequest], Awaitable[None]]


async def _always(_work: UnitOfWork, _agency_code: str) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    store: Store
    send_answer: SendAnswer
    tell_refused: TellRefused
    tell_restored: TellRestored
    talks: Talks
    own_data: OwnData
    #: Whether plain words may be a complaint, a denunciation or the report of a crime.
    looks_grave: Callable[[str], bool]
    secure_cookies: bool
    #: Field and agency of a text; None: nothing is proposed.
    propose: Propose | None = None
    #: What a text may be labelled with; nothing without a search.
    answers: Answers = field(default_factory=Answers)
    four_eyes: FourEyes = _always
    trusted_proxies: tuple[Network, ...] = ()
    #: How the service is reached from outside; empty: as this request reached it.
    public_url: str = ""
    #: Whether letters can be sent.
    mails: bool = False
    passwords: Passwords = field(default_factory=Passwords)
    words: Words = field(default_factory=load_words)
    #: One log-in at a time in a process: no guess can slip past the count of the one before it.
    login_turn: asyncio.Lock = field(default_factory=asyncio.Lock)


DESK = web.AppKey("desk", Desk)
SESSION = web.RequestKey("session", StaffSession)
#: Cookies to be set with the answer, by name; an empty value deletes.
NEW_COOKIES = web.RequestKey("new_cookies", dict[str, str])


def desk_of(request: web.Request) -> Desk:
    return request.config_dict[DESK]
