"""Where a conversation stands between two messages, as it is kept in `conversations.state`."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from casework.cases import CaseKind, OnBehalf

#: Finished submissions that a second press on an old button must recognise.
_REMEMBERED = 5
#: How long a cancelled text can be taken up again, and a place waits for its report.
_DROPPED_HOURS = 12.0
_LOCATED_HOURS = 1.0


class Step(StrEnum):
    """What an open flow waits for."""

    CONTENT = "content"
    PLACE = "place"
    BEHALF = "behalf"
    PHOTO = "photo"
    CONFIRM = "confirm"
    CODE = "code"  # of a dossier
    CASE_CODE = "case_code"
    PROCEDURE = "procedure"
    CONTACT = "contact"  # number or address for a case


@dataclass(slots=True)
class Flow:
    """Something that is being collected. `id` is the inbox row that opened it."""

    id: str
    step: Step
    kind: CaseKind = CaseKind.QUESTION
    content: str = ""
    #: Inbox row with the content, and when that row came (ISO, UTC).
    content_row: int = 0
    asked_at: str = ""
    place: str = ""
    #: Provider ids of the messages that gave the content and the place: an edit changes these.
    content_message: str = ""
    place_message: str = ""
    #: Inbox rows that were put behind the content, and their words.
    added: tuple[int, ...] = ()
    more: str = ""
    #: Field of public affairs the words are about, as the router saw it when they were sent;
    #: editors decide.
    field: str = ""
    behalf: OnBehalf = OnBehalf.SELF
    #: Pictures, recordings and files that go with the text: inbox row and kind of each, in order.
    media: tuple[tuple[int, str], ...] = ()
    #: The citizen heard that no more fit.
    told_full: bool = False
    #: The content only names what was sent: somebody listens to it, or reads the picture.
    by_media: bool = False
    #: The citizen was asked whether this is a complaint and said it is not.
    cleared: bool = False
    #: One step is being changed; after it everything is shown again.
    editing: bool = False
    #: The citizen asks something else meanwhile: words go elsewhere until it is taken up again.
    aside: bool = False
    #: The words go behind this case instead of opening one; `reopens`: because its answer did not
    #: help.
    case_code: str = ""
    reopens: bool = False
    #: What the words speak of, said before them: a draft that is commented on.
    about: str = ""
    #: How the asker of the case can be reached, shown back and not kept yet.
    phone: str = ""
    email: str = ""

    @classmethod
    def find(cls, kept: dict[str, Any]) -> Self | None:
        """None when another version of the program left what this one cannot read."""
        try:
            flow = cls(**kept)
            flow.step = Step(flow.step)
            flow.kind = CaseKind(flow.kind)
            flow.behalf = OnBehalf(flow.behalf)
            flow.added = tuple(flow.added)
            flow.media = tuple((int(row), str(kind)) for row, kind in flow.media)
        except (TypeError, ValueError):
            return None
        return flow

    @property
    def attachments(self) -> int:
        """How many pictures, recordings and files go with it."""
        return len(self.media)

    def holds(self, row_id: int) -> bool:
        """Whether the content has words of this inbox row."""
        return row_id == self.content_row or row_id in self.added


@dataclass(slots=True)
class Talk:
    """All a turn remembers; fields at their default are not stored."""

    flow: Flow | None = None
    #: The last text the citizen cancelled, and when (ISO, UTC): a slip of the finger can be undone.
    dropped: Flow | None = None
    dropped_at: str = ""
    #: A place that was sent before anything else, and when (ISO, UTC).
    located: str = ""
    located_at: str = ""
    #: Pictures, recordings and files that belong to no text yet, as in `Flow.media`, and when the
    #: last of them came (ISO, UTC).
    loose: list[list[Any]] = field(default_factory=list)
    loose_at: str = ""
    #: When the last message came, if it had pictures (ISO, UTC): people send several at once and
    #: want one answer.
    pictures_at: str = ""
    #: Numbered choices on the screen: (wording, payload, label of the button).
    choices: list[list[str]] = field(default_factory=list)
    #: The citizen's last question and the inbox row that holds it.
    question: str = ""
    question_row: int = 0
    #: Answers already shown for that question, as `kind:ref`.
    shown: list[str] = field(default_factory=list)
    #: (flow id, case code) of the last submissions.
    sent: list[list[str]] = field(default_factory=list)
    #: The record the citizen's last grave words went to, its kind, and when (ISO, UTC).
    sealed_record: str = ""
    sealed_kind: str = ""
    sealed_at: str = ""
    #: Inbox row kept as a training sample whose writer is about to choose something else.
    learning_row: int = 0
    #: Provider id of the citizen's last message.
    message_id: str = ""
    #: Last inbox row that was a message.
    last_row: int = 0

    @classmethod
    def load(cls, state: dict[str, Any]) -> Self:
        known = {name: state[name] for name in cls.__slots__ if name in state}
        for name in ("flow", "dropped"):
            if flow := known.get(name):
                known[name] = Flow.find(flow)
        return cls(**known)

    def dump(self) -> dict[str, Any]:
        kept = {name: getattr(self, name) for name in self.__slots__ if getattr(self, name)}
        for name in ("flow", "dropped"):
            if flow := kept.get(name):
                kept[name] = {name: value for name, value in asdict(flow).items() if value}
        return kept

    def drop(self, now: datetime) -> None:
        """Close what is open; a text with words can be taken up again for some hours."""
        if self.flow is not None and self.flow.content:
            self.dropped, self.dropped_at = self.flow, now.isoformat()
        self.flow = None

    def take_up(self, flow_id: str) -> None:
        """Open the cancelled text again, when that is the one and nothing else is open."""
        if self.dropped is not None and self.dropped.id == flow_id and not self.has_text:
            self.flow, self.dropped, self.dropped_at = self.dropped, None, ""

    @property
    def has_text(self) -> bool:
        """Whether words wait that were not sent yet."""
        return self.flow is not None and bool(self.flow.content)

    def forget_old(self, now: datetime) -> None:
        """A cancelled text, and place and pictures without a text, are kept for hours only."""
        if self.dropped and _is_past(self.dropped_at, now, _DROPPED_HOURS):
            self.dropped, self.dropped_at = None, ""
        if self.located and _is_past(self.located_at, now, _LOCATED_HOURS):
            self.located, self.located_at = "", ""
        if self.loose and _is_past(self.loose_at, now, _LOCATED_HOURS):
            self.loose, self.loose_at = [], ""

    def locate(self, place: str, now: datetime) -> None:
        self.located, self.located_at = place, now.isoformat()

    def take_location(self) -> str:
        """The place that was sent first; a report uses it once."""
        place, self.located, self.located_at = self.located, "", ""
        return place

    def keep_loose(self, media: Sequence[tuple[int, str]], now: datetime) -> None:
        self.loose = [*self.loose, *(list(item) for item in media)]
        self.loose_at = now.isoformat()

    def take_loose(self) -> tuple[tuple[int, str], ...]:
        """What was sent before its text; the text that is opened next takes it."""
        loose, self.loose, self.loose_at = self.loose, [], ""
        return tuple((int(row), str(kind)) for row, kind in loose)

    def remember_sent(self, flow_id: str, code: str) -> None:
        self.sent = [*self.sent, [flow_id, code]][-_REMEMBERED:]

    def sent_code(self, flow_id: str) -> str:
        """The case a flow became, empty when it did not."""
        return next((code for known, code in self.sent if known == flow_id), "")

    def ask(self, text: str, row_id: int) -> None:
        """A new question of the citizen begins."""
        self.question, self.question_row, self.shown = text, row_id, []
        self.learning_row = 0

    def forget_words(self, row_id: int) -> None:
        """Drop the copy of words that went to a sealed record."""
        if self.question_row == row_id:
            self.question, self.shown = "", []
        if self.flow and self.flow.holds(row_id):
            self.flow = None
        if self.dropped and self.dropped.holds(row_id):
            self.dropped, self.dropped_at = None, ""
        # Pictures sent with such words belong to no open text.
        self.loose, self.loose_at = [], ""
        if self.flow:
            self.flow.media = tuple(item for item in self.flow.media if item[0] != row_id)


def _is_past(since: str, now: datetime, hours: float) -> bool:
    return not since or was_idle(datetime.fromisoformat(since), now, hours)


def was_idle(last_inbound_at: datetime | None, now: datetime, hours: float) -> bool:
    return last_inbound_at is None or (now - last_inbound_at).total_seconds() > hours * 3600
