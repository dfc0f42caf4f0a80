"""Who does the work of an agency that has ended, by the area a text names."""

from dataclasses import replace
from datetime import date

import pytest

from knowledge.agencies import Agency, AgencyKind, Successor
from knowledge.area_names import areas_named
from knowledge.successions import succession_of

DAY = date(2026, 11, 20)
AN = Agency("X.AN", "UBND xã An", "UBND xã An", AgencyKind.COMMUNE)
AN_TRUONG = replace(AN, code="X.ANTRUONG", name="UBND xã An Trường")
ENDED = Agency(
    code="H.CANGLONG",
    name="UBND huyện Càng Long",
    short_name="UBND huyện Càng Long",
    kind=AgencyKind.DISTRICT,
    valid_to=date(2025, 6, 30),
    successors=(
        Successor(to=AN.code, area="xã An"),
        Successor(to=AN_TRUONG.code, area="xã An Trường"),
    ),
)
AGENCIES = {agency.code: agency for agency in (AN, AN_TRUONG, ENDED)}


@pytest.mark.parametrize(
    ("said", "heirs"),
    [
        ("đất ở xã An", {AN.code}),
        ("đất ở XÃ AN CHƯA ĐO", {AN.code}),
        ("dat o xa an, huyen Cang Long", {AN.code}),
        ("đất ở xã An Trường", {AN_TRUONG.code}),
        ("dat o xa an truong", {AN_TRUONG.code}),
        ("đất ở xã An và xã An Trường", {AN.code, AN_TRUONG.code}),
        ("đất ở xã Annh", {AN.code, AN_TRUONG.code}),
        ("đất ở xã An Quảng", {AN.code, AN_TRUONG.code}),
        ("", {AN.code, AN_TRUONG.code}),
    ],
)
def test_an_area_counts_when_its_whole_name_is_said(said: str, heirs: set[str]) -> None:
    found = succession_of([ENDED], DAY, AGENCIES, area=said)
    assert {agency.code for agency in found.heirs} == heirs


def test_areas_are_told_apart_by_numbers_and_signs_and_an_empty_one_is_never_named() -> None:
    areas = ["Phường 1", "Phường 10", ""]
    assert areas_named(areas, "nhà tôi ở phường 10.") == {"Phường 10"}
    assert areas_named(areas, "nhà tôi ở (phường 1). Tôi hỏi") == {"Phường 1"}
    assert areas_named(areas, "nhà tôi ở phường 1\nTôi hỏi") == {"Phường 1"}
    assert areas_named(areas, "Phường 10 Thành Phố Trà Vinh") == {"Phường 10"}
    assert areas_named(areas, "") == set()
