"""Whenever the demo is loaded: something is due today, nothing lies in the future."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.base_data import FOLDER, known_rules, read_lines
from app.demo.clock import working_day
from app.demo.stories import Step, make_timetable, read_stories
from casework.cases import TYPED_IN
from casework.legal_clock import WorkCalendar, due_date, find_rule, vietnam_date
from casework.use_cases.follow_case import REOPENS_WITHIN

STORIES = read_stories()
RULES = known_rules(read_lines(FOLDER / "legal_rules.jsonl"))
CALENDAR = WorkCalendar()
MOMENTS = st.datetimes(
    min_value=datetime(2026, 1, 10),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2031, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@settings(max_examples=60, deadline=None)
@given(MOMENTS)
def test_every_step_comes_after_the_one_before_and_before_now(now: datetime) -> None:
    for story in STORIES:
        table = make_timetable(story, RULES, CALENDAR, now)
        assert len(table.steps) == len(story.path)
        times = [table.asked_at, *table.steps]
        assert times == sorted(times), story.key
        assert len(set(times)) == len(times), story.key
        assert times[-1] <= now, story.key


@settings(max_examples=60, deadline=None)
@given(MOMENTS)
def test_what_is_to_be_due_on_a_day_is_due_on_that_day(now: datetime) -> None:
    today = vietnam_date(now)
    for story in STORIES:
        if story.due_in is None:
            continue
        asked_on = vietnam_date(make_timetable(story, RULES, CALENDAR, now).asked_at)
        rule = find_rule(RULES, story.kind, today)
        wanted = working_day(today, story.due_in, CALENDAR)
        assert due_date(rule, asked_on, CALENDAR) == wanted, story.key


@settings(max_examples=60, deadline=None)
@given(MOMENTS)
def test_staff_type_in_on_working_days(now: datetime) -> None:
    for story in STORIES:
        if story.source in TYPED_IN:
            table = make_timetable(story, RULES, CALENDAR, now)
            assert CALENDAR.is_working(vietnam_date(table.asked_at)), story.key


@settings(max_examples=60, deadline=None)
@given(MOMENTS)
def test_who_asks_again_does_so_while_it_is_possible(now: datetime) -> None:
    for story in STORIES:
        if Step.REOPEN in story.path:
            steps = make_timetable(story, RULES, CALENDAR, now).steps
            answered = steps[story.path.index(Step.SEND)]
            again = steps[story.path.index(Step.REOPEN)]
            assert timedelta() < again - answered < REOPENS_WITHIN


def test_every_step_of_a_path_is_played_by_some_story() -> None:
    assert {step for story in STORIES for step in story.path} == set(Step)
    assert len({story.key for story in STORIES}) == len(STORIES)
