"""The table of what happens to a public document, and what stops a release."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from casework.publication import (
    VISIBILITY_MOVES,
    PublicDocument,
    Visibility,
    VisibilityCommand,
    VisibilityMoveError,
    next_visibility,
)
from casework.redaction import MaskKind
from casework.use_cases.publish import ReleaseCheck, hits_in

V, C = Visibility, VisibilityCommand
#: Written a second time, from the rules: what every command makes of every state.
EXPECTED = {
    C.SAVE: dict.fromkeys((None, *V), V.EDITED),
    C.RELEASE: {V.EDITED: V.RELEASED},
    C.PUBLISH: {V.RELEASED: V.PUBLISHED},
    C.TAKE_DOWN: dict.fromkeys((V.EDITED, V.RELEASED, V.PUBLISHED), V.TAKEN_DOWN),
    C.KEEP_PRIVATE: dict.fromkeys((None, V.EDITED, V.TAKEN_DOWN), V.NOT_FOR_PUBLICATION),
}


@pytest.mark.parametrize(("at", "command"), [*product((None, *V), C)])
def test_every_command_in_every_state(at: Visibility | None, command: VisibilityCommand) -> None:
    expected = EXPECTED[command].get(at)
    if expected is None:
        with pytest.raises(VisibilityMoveError):
            next_visibility(at, command)
    else:
        assert next_visibility(at, command) is expected


def test_nothing_is_published_that_nobody_let_go() -> None:
    before = {at for (at, _), to in VISIBILITY_MOVES.items() if to is V.PUBLISHED}
    assert before == {V.RELEASED}
    let_go = {command for (_, command), to in VISIBILITY_MOVES.items() if to is V.RELEASED}
    assert let_go == {C.RELEASE}


@pytest.mark.parametrize("part", ["title", "question", "answer", "legal_basis"])
def test_every_part_that_readers_see_is_looked_through(part: str) -> None:
    plain = PublicDocument(title="Tách thửa", question="Thế nào?", answer="Như sau.")
    changed: dict[str, Any] = {part: "Gọi 0912345678 gặp ông Nguyễn Văn An"}
    document = replace(plain, **changed)
    assert [mask.kind for mask in hits_in(document, ReleaseCheck())] == [
        MaskKind.PHONE,
        MaskKind.NAME,
    ]
    assert hits_in(plain, ReleaseCheck()) == []
