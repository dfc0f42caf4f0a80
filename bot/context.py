"""What an action works with: one event of a citizen, and the answers it gathers."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bot.choices import Option
from bot.knowledge_holder import Knowledge
from bot.lexicon import Lexicon
from bot.office import Office
from bot.payloads import Verb, make_payload
from bot.replies import Language, Replies
from bot.talk import Flow, Talk
from bot.understanding.client import Understanding
from casework.legal_clock import vietnam_date
from delivery.messages import EventKind, Link
from store.inbox import InboxRow
from store.unit_of_work import UnitOfWork


@dataclass(slots=True)
class Turn:
    """`text` is what the citizen wrote, cleaned; `reading` what the model made of it, if asked."""

    work: UnitOfWork
    row: InboxRow
    talk: Talk
    lang: str
    now: datetime
    replies: Replies
    knowledge: Knowledge
    office: Office
    lexicon: Lexicon
    text: str = ""
    reading: Understanding | None = None
    #: An answer to a message that waited for the model.
    late: bool = False
    #: Inbox row whose words are answered: this one, or an earlier one the citizen pointed at.
    subject_row: int = 0
    #: Inbox rows whose words went to a sealed record in this turn.
    sealed: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    @property
    def conversation_id(self) -> str:
        return self.row.conversation_id

    @property
    def today(self) -> date:
        """The Vietnam date of this turn."""
        return vietnam_date(self.now)

    @property
    def words(self) -> Language:
        return self.replies[self.lang]

    def say(self, name: str, **values: Any) -> None:
        """Answer with a template; each call is one message."""
        self.texts.append(self.words.text(name, values))

    def render(self, name: str, **values: Any) -> str:
        return self.words.text(name, values)

    def offer(self, *options: Option) -> None:
        """Choices under the last message of this turn."""
        self.options.extend(options)

    def offer_link(self, label: str, url: str) -> None:
        """A link button; the address also stands in the text, for those who cannot press it."""
        if url.startswith("https://"):
            self.links.append(Link(self.words.label(label).button, url))

    def option(self, label: str, verb: Verb, *arguments: object) -> Option:
        """A choice with a label of the reply files."""
        found = self.words.label(label)
        return Option(found.button, make_payload(verb, *arguments), found.text)

    def entity(self, name: str) -> str:
        """Normalised value of the first entity of this kind, empty when there is none."""
        if self.reading is None:
            return ""
        return next((item.value for item in self.reading.entities if item.entity == name), "")

    def numbers_to_ask(self) -> list[str]:
        """Telephone numbers for whoever rather talks to a person."""
        return [line.number for line in self.knowledge.numbers("information")]

    def open_flow(self, flow: Flow) -> Flow:
        self.talk.flow = flow
        return flow

    async def words_of(self, row_id: str) -> str:
        """What the citizen wrote in an earlier message; empty when gone or sealed."""
        if not row_id.isdecimal():
            return ""
        if int(row_id) == self.row.id:
            return self.text
        if int(row_id) == self.talk.question_row and self.talk.question:
            return self.talk.question
        rows = await self.work.inbox.history(self.conversation_id)
        own = (row for row in rows if row.event.kind is EventKind.MESSAGE)
        return next((row.event.text for row in own if row.id == int(row_id)), "")

    async def received_at(self, row_id: int) -> datetime:
        """When an earlier message came; now when it is not known any more."""
        if row_id == self.row.id:
            return self.row.received_at
        rows = await self.work.inbox.history(self.conversation_id)
        return next((row.received_at for row in rows if row.id == row_id), self.now)


#: One file in `actions` makes one or a few of these; they are listed in `actions.table`.
Action = Callable[[Turn, Sequence[str]], Awaitable[None]]
