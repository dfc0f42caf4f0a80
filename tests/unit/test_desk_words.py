"""Every value of the rules has a word at the desk, and the words keep the tone."""

import re
from collections.abc import Iterator
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path

import jinja2
import pytest

from bot.intents import Intent
from casework.cases import CaseKind, CaseSource, EventKind, OnBehalf, Refusal, Satisfaction
from casework.permissions import Permission, Role, may
from casework.samples import Dismissal, ExportRefusal, LabelKind, SampleReason, SampleStatus
from casework.statuses import CaseStatus, Command
from delivery.messages import AttachmentKind
from desk.accounts import AccountFlaw
from desk.case_texts import Said
from desk.casefile import NEEDS
from desk.data_rights import DataFlaw
from desk.due import DueTone
from desk.entry import Flaw
from desk.lists import FIRST_TAB, TABS, TabName, tabs_of
from desk.menu import home_of
from desk.passwords import PasswordFlaw
from desk.problems import ProblemName
from desk.sealed import SealedFlaw, SealedOutcome
from desk.talks import TalkFlaw, WindowState
from desk.timeline import Author, Hidden
from desk.views.accounts import AccountDone, AccountState
from desk.views.moves import Done
from desk.views.samples import Done as SampleDone
from desk.words import Words, load_words
from knowledge.fields import Field
from store.alerts import AlertKind
from store.attachments import AttachmentStatus
from store.audit import AuditAction
from store.data_requests import DataRequestKind, DataRequestSource, DataRequestStatus
from store.outbox import OutboxStatus
from store.sealed import SealedKind
from store.staff import StaffMember

TEMPLATES = Path(__file__).parents[2] / "desk" / "templates"
TOPICS: dict[str, type[StrEnum]] = {
    "role": Role,
    "tab": TabName,
    "empty": TabName,
    "kind": CaseKind,
    "source": CaseSource,
    "on_behalf": OnBehalf,
    "status": CaseStatus,
    "due": DueTone,
    "author": Author,
    "delivery": OutboxStatus,
    "attachment": AttachmentKind,
    "event": EventKind,
    "alert": AlertKind,
    "done": Done,
    "problem": ProblemName,
    "password": PasswordFlaw,
    "field": Field,
    "refusal": Refusal,
    "satisfaction": Satisfaction,
    "said": Said,
    "flaw": Flaw,
    "attachment_state": AttachmentStatus,
    "account_problem": AccountFlaw,
    "account_done": AccountDone,
    "account_state": AccountState,
    "permission": Permission,
    "sealed_kind": SealedKind,
    "sealed_outcome": SealedOutcome,
    "sealed_problem": SealedFlaw,
    "talk_problem": TalkFlaw,
    "talk_window": WindowState,
    "hidden": Hidden,
    "audit": AuditAction,
    "data_kind": DataRequestKind,
    "data_source": DataRequestSource,
    "data_status": DataRequestStatus,
    "data_what": DataRequestKind,
    "data_problem": DataFlaw,
    "sample_tab": SampleStatus,
    "sample_empty": SampleStatus,
    "sample_reason": SampleReason,
    "sample_kind": LabelKind,
    "sample_intent": Intent,
    "sample_dismissal": Dismissal,
    "sample_refusal": ExportRefusal,
    "sample_done": SampleDone,
}


@pytest.fixture(scope="module")
def words() -> Words:
    return load_words()


def leaves(words: Words) -> Iterator[str]:
    for value in words.values():
        if isinstance(value, dict):
            yield from leaves(value)
        else:
            yield value


@pytest.mark.parametrize(("topic", "values"), TOPICS.items())
def test_every_value_has_its_word(words: Words, topic: str, values: type[StrEnum]) -> None:
    assert [str(value) for value in values if value not in words[topic]] == []


def test_every_leaf_is_a_sentence_or_a_word(words: Words) -> None:
    assert [leaf for leaf in leaves(words) if not isinstance(leaf, str) or not leaf.strip()] == []


#: Where the words of the desk, and the values they are for, come from.
SOURCES = ("desk", "casework", "store", "delivery", "knowledge", "bot")


def test_no_word_is_left_over(words: Words) -> None:
    root = TEMPLATES.parents[1]
    paths = [path for name in SOURCES for path in (root / name).rglob("*.py")]
    known = {
        word
        for path in [*paths, *TEMPLATES.glob("*.html")]
        for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))
    }
    codes = {str(status.value) for status in HTTPStatus}
    # These names are what people write above their columns.
    columns = set(words["staff_column"])
    assert set(_names(words)) - known - codes - columns == set()


def _names(tree: Words) -> Iterator[str]:
    for name, below in tree.items():
        yield name
        if isinstance(below, dict):
            yield from _names(below)


def test_nothing_is_shouted(words: Words) -> None:
    pages = [file.read_text(encoding="utf-8") for file in TEMPLATES.glob("*.html")]
    shouted = [leaf for leaf in leaves(words) if "!" in leaf]
    assert shouted == []
    assert not [page for page in pages if "nhập sai" in page.lower()]


def test_templates_compile_and_hold_no_inline_script_or_style() -> None:
    environment = jinja2.Environment(autoescape=True)
    for file in TEMPLATES.glob("*.html"):
        source = file.read_text(encoding="utf-8")
        environment.parse(source)
        assert " style=" not in source, file
        assert "<style" not in source, file
        assert "|safe" not in source, file
        assert " onclick=" not in source, file


#: What the citizen says, or what comes by itself.
NOT_BY_STAFF = {Command.WITHDRAW, Command.REOPEN, Command.CLOSE}


def test_every_command_of_staff_has_a_permission() -> None:
    assert set(NEEDS) == set(Command) - NOT_BY_STAFF


@pytest.mark.parametrize("role", Role)
def test_every_role_with_lists_begins_on_a_tab_it_has(role: Role) -> None:
    member = StaffMember("1", "a@b.vn", "", role, "", "", active=True)
    has_lists = may(role, Permission.SEE_OWN_AGENCY)
    assert (role in FIRST_TAB) is has_lists
    if has_lists:
        assert FIRST_TAB[role] in [tab.name for tab in tabs_of(member)]
        assert home_of(role) == "cases"
    else:
        assert home_of(role) != "cases"


def test_tabs_are_told_apart() -> None:
    assert len({tab.name for tab in TABS}) == len(TABS) == len(TabName)
