"""Who may do what, written out a second time and by hand."""

import pytest

from casework.permissions import Permission, Role, may

EVERYONE = {"officer", "lead", "editor", "admin"}
EXPECTED: dict[str, set[str]] = {
    "public": EVERYONE,
    "signed_in": EVERYONE,
    "see_own_agency": EVERYONE,
    "see_all_cases": {"editor", "admin"},
    "assign_case": {"lead", "editor", "admin"},
    "draft_answer": {"officer", "lead"},
    "approve_answer": {"lead"},
    "send_answer": {"lead", "editor"},
    "see_alerts": {"editor", "admin"},
    "manage_users": {"admin"},
}


def test_every_permission_and_role_is_in_the_table() -> None:
    assert set(EXPECTED) == {permission.value for permission in Permission}
    assert {role.value for role in Role} == EVERYONE


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_a_role_may_what_the_table_says(role: Role, permission: Permission) -> None:
    assert may(role, permission) is (role.value in EXPECTED[permission.value])
