"""Who may do what, written out a second time and by hand."""

import pytest

from casework.permissions import Permission, Role, may

EVERYONE = {
    "officer",
    "lead",
    "editor",
    "chief_editor",
    "reception",
    "translator",
    "admin",
    "auditor",
}
EDITORS = {"editor", "chief_editor"}
ANSWERING = {"officer", "lead"}
EXPECTED: dict[str, set[str]] = {
    "public": EVERYONE,
    "signed_in": EVERYONE,
    "see_own_agency": ANSWERING | EDITORS,
    "see_all_cases": EDITORS,
    "triage_case": EDITORS,
    "assign_case": EDITORS | {"lead"},
    "bounce_case": ANSWERING,
    "settle_bounced": {"chief_editor"},
    "not_accept_case": EDITORS,
    "enter_case": EDITORS | {"reception"},
    "draft_answer": ANSWERING,
    "approve_answer": {"lead"},
    "send_answer": EDITORS | {"lead"},
    "transcribe": ANSWERING | EDITORS,
    "reveal_asker": ANSWERING | EDITORS,
    "talk_to_citizens": EDITORS | {"reception"},
    "see_alerts": EDITORS,
    "see_faults": EDITORS | {"admin"},
    "edit_publication": EDITORS,
    "translate_publication": {"chief_editor", "translator"},
    "release_publication": EDITORS,
    "take_down_publication": EDITORS,
    "open_sealed": {"reception"},
    "handle_data_requests": EDITORS,
    "manage_users": {"admin"},
    "see_audit": {"chief_editor", "auditor"},
    "label_samples": EDITORS,
}


def test_every_permission_and_role_is_in_the_table() -> None:
    assert set(EXPECTED) == {permission.value for permission in Permission}
    assert {role.value for role in Role} == EVERYONE


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_a_role_may_what_the_table_says(role: Role, permission: Permission) -> None:
    assert may(role, permission) is (role.value in EXPECTED[permission.value])
