"""What every public page works with. The JSON API finds it under the same key."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from bot.guard import Urgency
from bot.knowledge_holder import KnowledgeHolder
from bot.lexicon import Lexicon
from bot.office import Office
from portal.library import Library, read_library
from portal.words import LANGUAGES
from store.addresses import Network
from store.unit_of_work import Store


@dataclass(frozen=True, slots=True)
class ChannelLink:
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Made anew from what was uploaded: nothing but the picture is left in it."""

    media_type: str
    data: bytes


#: Makes a picture anew, small and without what cameras write into it; None: it is none.
CleanPicture = Callable[[bytes], Picture | None]

#: Whether somebody who writes this may be in danger.
FindUrgency = Callable[[str], Awaitable[Urgency | None]]

#: Whether the intent model takes a text for a complaint; False also while it is away.
Suspects = Callable[[str], Awaitable[bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Of this installation. Verifications are codes of the providers' consoles; empty: none."""

    channels: tuple[ChannelLink, ...] = ()
    zalo_verification: str = ""
    facebook_verification: str = ""
    #: Without a slash at the end; empty: links are made from what the visitor asked.
    public_url: str = ""
    sandbox: bool = False
    trusted_proxies: tuple[Network, ...] = ()
    #: Whether codes can be mailed.
    mail: bool = False
    #: Those pages are offered in; the default is always among them.
    languages: tuple[str, ...] = LANGUAGES
    #: Of these pages say that nobody has read their words yet.
    noted: frozenset[str] = frozenset()

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")


class Portal:
    """`await reload()` once before the first page, and whenever a catalogue changed."""

    def __init__(
        self,
        *,
        store: Store,
        knowledge: KnowledgeHolder,
        find_urgency: FindUrgency,
        lexicon: Lexicon,
        office: Office,
        clean_picture: CleanPicture,
        suspects: Suspects,
        facts: Facts,
    ) -> None:
        self.store = store
        self.knowledge = knowledge
        self.find_urgency = find_urgency
        self.lexicon = lexicon
        self.office = office
        self.clean_picture = clean_picture
        self.suspects = suspects
        self.facts = facts
        self._library: Library | None = None

    @property
    def library(self) -> Library:
        """All that readers see, also while the database is away."""
        if self._library is None:
            raise RuntimeError("reload() was never awaited")
        return self._library

    async def reload(self) -> None:
        """Read everything again; pages being made keep the copy they began with.

        What was published or taken back shows first: the search takes its time to be built.
        """
        if self._library is not None:
            self._library = await read_library(self.store, self.knowledge.current)
        await self.knowledge.reload()
        self._library = await read_library(self.store, self.knowledge.current)


PORTAL = web.AppKey("portal", Portal)


def portal_of(request: web.Request) -> Portal:
    return request.config_dict[PORTAL]
