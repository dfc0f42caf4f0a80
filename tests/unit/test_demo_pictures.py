"""The demo's pictures show what the reports beside them tell."""

from datetime import date

import pytest

from app.demo.pictures import View, draw_picture
from app.demo.stories import read_stories

#: Words of a report that such a picture belongs to.
WORDS = {
    View.POTHOLE: ("ổ gà",),
    View.CRACKED_BRIDGE: ("Cầu", "nứt"),
    View.FOUL_WATER: ("nước thải",),
    View.FLOATING_RUBBISH: ("Rác", "kênh"),
    View.BROKEN_BANK: ("Bờ kè", "nứt"),
}


@pytest.mark.parametrize("view", View)
def test_each_picture_belongs_to_one_report_that_tells_of_it(view: View) -> None:
    [report] = [story for story in read_stories() if story.picture is view]
    assert all(word in report.question for word in WORDS[view])


def test_no_two_pictures_are_the_same() -> None:
    day = date(2026, 11, 20)
    assert len({draw_picture(view, day) for view in View}) == len(View)
