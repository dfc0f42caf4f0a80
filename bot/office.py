"""Public facts of the office that runs the bot: settings, and when somebody reads."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from casework.legal_clock import VIETNAM, WorkCalendar


@dataclass(frozen=True, slots=True)
class Office:
    """What citizens may be told about the office. Times of day are Vietnam time."""

    #: By language: "Cổng thông tin tỉnh Vĩnh Long".
    name: dict[str, str]
    #: Public address of the portal, without a slash at the end; empty: there is none.
    public_url: str = ""
    hours: tuple[tuple[time, time], ...] = (
        (time(7, 0), time(11, 0)),
        (time(13, 0), time(17, 0)),
    )

    def name_in(self, lang: str) -> str:
        return self.name.get(lang) or self.name["vi"]

    def hours_text(self) -> str:
        """`7:00–11:00, 13:00–17:00`, the same in every language."""
        return ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in self.hours)

    def is_open(self, at: datetime, calendar: WorkCalendar) -> bool:
        local = at.astimezone(VIETNAM)
        if not calendar.is_working(local.date()):
            return False
        return any(start <= local.time() < end for start, end in self.hours)

    def next_opening(self, at: datetime, calendar: WorkCalendar) -> datetime:
        """When somebody reads next; `at` itself during office hours."""
        if self.is_open(at, calendar):
            return at
        local = at.astimezone(VIETNAM)
        if calendar.is_working(local.date()):
            for start, _ in self.hours:
                if local.time() < start:
                    return datetime.combine(local.date(), start, VIETNAM)
        day = calendar.next_working(local.date() + timedelta(days=1))
        return datetime.combine(day, self.hours[0][0], VIETNAM)


def _clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02d}"
