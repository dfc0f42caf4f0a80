"""What the demo's assistant did not understand, for the editors' list."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from app.demo.files import read_lines
from app.demo.telling import Setting
from casework.permissions import Role
from casework.samples import (
    Dismissal,
    Label,
    LabelKind,
    SampleReason,
    SampleSource,
    sample_of,
)
from casework.use_cases.label_sample import SampleMove, dismiss_sample, label_sample
from delivery.messages import ChannelName
from knowledge.text import language

_DECIDED_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Told:
    """One line of the file."""

    row: Mapping[str, Any]

    def label(self, name: str) -> Label | None:
        found = self.row.get(name)
        return Label(LabelKind(found[0]), found[1]) if found else None


async def add_samples(setting: Setting, now: datetime) -> None:
    """Every text of the file, as often as it came, with what an editor made of it."""
    for row in read_lines("samples"):
        setting.clock.move_to(now - timedelta(hours=row["hours_ago"]))
        await _add(setting, _Told(row))


async def _add(setting: Setting, told: _Told) -> None:
    work, row = setting.work, told.row
    sample = sample_of(
        row["says"],
        SampleReason(row["reason"]),
        sample_id=work.ids(),
        now=work.clock(),
        language=language,
    )
    if sample is None:
        return
    sample = replace(
        sample,
        read_intent=row.get("read", ""),
        read_confidence=row.get("confidence", 0.0),
        shown=tuple(row.get("shown", ())),
        hint=told.label("hint"),
    )
    new = False
    for time in range(row.get("times", 1)):
        talker = setting.talks.talker(ChannelName.ZALO, f"{row['talker']}-{time}")
        if talker is not None:
            source = SampleSource(talker.conversation_id)
            new = await work.samples.collect(sample, source) or new
    if new:
        await _decide(setting, sample.id, told)


async def _decide(setting: Setting, sample_id: str, told: _Told) -> None:
    setting.clock.advance(_DECIDED_AFTER)
    move = SampleMove(sample_id, 1, setting.desk.first(Role.EDITOR))
    if label := told.label("label"):
        await label_sample(setting.work, move, label)
    elif why := told.row.get("dismissed"):
        await dismiss_sample(setting.work, move, Dismissal(why))
