"""What every page of the desk works with."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web

from casework.cases import Case, Refusal
from casework.use_cases.moving import CaseMove
from delivery.channel import ChannelLimits
from delivery.messages import ChannelName
from desk.passwords import Passwords
from desk.words import Words
from store.addresses import Network
from store.handovers import Handover
from store.staff import StaffSession
from store.unit_of_work import Store, UnitOfWork

#: Makes the approved draft the answer and queues it for the citizen; the desk commits.
SendAnswer = Callable[[UnitOfWork, CaseMove], Awaitable[Case]]
#: Tells the citizen why a case is not accepted; the desk commits.
TellRefused = Callable[[UnitOfWork, Case, Refusal, str], Awaitable[None]]
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


@dataclass(frozen=True, slots=True)
class Desk:
    store: Store
    send_answer: SendAnswer
    tell_refused: TellRefused
    talks: Talks
    four_eyes: FourEyes
    passwords: Passwords
    words: Words
    secure_cookies: bool
    trusted_proxies: tuple[Network, ...]
    #: How the service is reached from outside; empty: as this request reached it.
    public_url: str
    #: Whether letters can be sent.
    mails: bool
    #: One log-in at a time in a process: no guess can slip past the count of the one before it.
    login_turn: asyncio.Lock = field(default_factory=asyncio.Lock)


DESK = web.AppKey("desk", Desk)
SESSION = web.RequestKey("session", StaffSession)
#: Cookies to be set with the answer, by name; an empty value deletes.
NEW_COOKIES = web.RequestKey("new_cookies", dict[str, str])


def desk_of(request: web.Request) -> Desk:
    return request.config_dict[DESK]
