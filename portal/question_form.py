"""The form for questions: its fields, what is refused and why."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from casework.cases import CaseKind, OnBehalf
from portal.forms import Sent
from portal.words import Words
from store.unit_of_work import Store
from store.vault import UnreadableSecretError, Vault
from store.web_questions import WebQuestion

LEAST, MOST = 20, 4000
MOST_PHOTOS, MOST_PHOTO_BYTES = 3, 10 * 1024 * 1024
#: Nobody reads and fills the form faster.
_LEAST_TIME = timedelta(seconds=3)
#: A form that lies open longer is renewed, with all that is in it.
_MOST_TIME = timedelta(days=2)

KINDS = tuple(CaseKind)
BEHALFS = tuple(OnBehalf)
_LINES = {"noi": 200, "ten": 100, "dien-thoai": 30, "email": 254}
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\.]+(\.[^\s@<>,;:\"()\[\]\\.]+)+")
_PHONE = re.compile(r"\+?[\d\s.()\-]{8,20}")

#: Field → what is wrong with it; `form` is about the whole.
Errors = dict[str, str]


@dataclass(frozen=True, slots=True)
class FormPass:
    """Comes with an empty form and goes back with the filled one: which form, and since when."""

    id: str
    at: datetime

    def seal(self, vault: Vault) -> str:
        return vault.seal(json.dumps([self.id, self.at.isoformat()])).decode()


def new_pass(store: Store) -> FormPass:
    return FormPass(store.ids(), store.clock())


def read_pass(vault: Vault, sealed: str) -> FormPass | None:
    """None when we did not make it, or not with a key we still have."""
    try:
        form_id, at = json.loads(vault.open(sealed.encode()))
        return FormPass(str(form_id), datetime.fromisoformat(at))
    except (UnreadableSecretError, ValueError, TypeError):
        return None


EMPTY = {
    "loai": CaseKind.QUESTION.value,
    "noi-dung-hoi": "",
    "noi": "",
    "cho-ai": OnBehalf.SELF.value,
    "ten": "",
    "dien-thoai": "",
    "email": "",
}


@dataclass(frozen=True, slots=True)
class Filled:
    values: Mapping[str, str] = field(default_factory=lambda: dict(EMPTY))
    errors: Errors = field(default_factory=dict)


def read_values(sent: Sent, words: Words) -> Filled:
    """What was typed, as it was typed, and what is wrong with it."""
    values = {name: sent.texts.get(name, default).strip() for name, default in EMPTY.items()}
    errors = _content_errors(values["noi-dung-hoi"], words)
    if values["loai"] not in set(CaseKind):
        errors["loai"] = words("form.choose")
    if values["cho-ai"] not in set(OnBehalf):
        errors["cho-ai"] = words("form.choose")
    if values["email"] and not _EMAIL.fullmatch(values["email"]):
        errors["email"] = words("form.bad_email")
    if values["dien-thoai"] and not _PHONE.fullmatch(values["dien-thoai"]):
        errors["dien-thoai"] = words("form.bad_phone")
    for name, most in _LINES.items():
        values[name] = " ".join(values[name].split())
        if len(values[name]) > most:
            errors[name] = words("form.too_long_line", most=most)
    return Filled(values, errors)


def _content_errors(content: str, words: Words) -> Errors:
    if not content:
        return {"noi-dung-hoi": words("form.required")}
    if len(content) < LEAST:
        return {"noi-dung-hoi": words("form.too_short", least=LEAST)}
    if len(content) > MOST:
        told = words("form.too_long", length=len(content), most=MOST)
        return {"noi-dung-hoi": told}
    return {}


def pass_errors(given: FormPass | None, sent: Sent, now: datetime, words: Words) -> Errors:
    """What tells a person from a program; whoever is a person presses once more."""
    if given is None or now - given.at > _MOST_TIME:
        return {"form": words("form.old")}
    if sent.get("trang-web"):
        return {"form": words("form.trap")}
    if now - given.at < _LEAST_TIME:
        return {"form": words("form.too_fast")}
    return {}


def to_draft(draft_id: str, lang: str, filled: Filled) -> WebQuestion:
    """As far as it can be kept; only a form without errors becomes a case."""
    values = filled.values
    kind, behalf = values["loai"], values["cho-ai"]
    return WebQuestion(
        id=draft_id,
        lang=lang,
        kind=CaseKind(kind) if kind in set(CaseKind) else CaseKind.QUESTION,
        content=values["noi-dung-hoi"],
        place=values["noi"],
        on_behalf=OnBehalf(behalf) if behalf in set(OnBehalf) else OnBehalf.SELF,
        name=values["ten"],
        phone=values["dien-thoai"],
        email=values["email"],
    )


def values_of(draft: WebQuestion) -> dict[str, str]:
    return {
        "loai": draft.kind.value,
        "noi-dung-hoi": draft.content,
        "noi": draft.place,
        "cho-ai": draft.on_behalf.value,
        "ten": draft.name,
        "dien-thoai": draft.phone,
        "email": draft.email,
    }
