"""Which phone a page shows, and how its parts become HTML."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import jinja2

from casework.legal_clock import VIETNAM
from delivery.channel import ChannelLimits
from delivery.messages import ChannelName
from webhooks.facebook.limits import LIMITS as FACEBOOK_LIMITS
from webhooks.sandbox.accounts import SandboxAccounts
from webhooks.sandbox.acts import APPS
from webhooks.sandbox.cast import LANGUAGES, Cast, Citizen, Words
from webhooks.zalo.limits import LIMITS as ZALO_LIMITS

_LIMITS = {ChannelName.ZALO: ZALO_LIMITS, ChannelName.FACEBOOK: FACEBOOK_LIMITS}
#: Between the two limits: Zalo bills, Messenger takes only a person's words.
_LATE = {ChannelName.ZALO: "window_paid", ChannelName.FACEBOOK: "window_person"}


class Field(StrEnum):
    """Names in addresses and forms."""

    APP = "app"
    WHO = "who"
    LANG = "lang"


@dataclass(frozen=True, slots=True)
class View:
    """One citizen's phone with one app open, in one language of the frame."""

    channel: ChannelName
    citizen: Citizen
    lang: str

    @property
    def user_id(self) -> str:
        return self.citizen.user_ids[self.channel]

    def query(self, **changed: str) -> dict[str, str]:
        """The address of this view, or of one that differs in some fields."""
        own = {Field.APP: self.channel, Field.WHO: self.citizen.id, Field.LANG: self.lang}
        return {str(key): str(value) for key, value in (own | changed).items()}


def read_view(values: Mapping[str, Any], cast: Cast) -> View:
    """Anything unknown becomes the first of its kind."""
    app, lang = values.get(Field.APP), values.get(Field.LANG)
    channel = ChannelName(app) if app in APPS else ChannelName.ZALO
    citizen = cast.citizen(str(values.get(Field.WHO, "")))
    return View(channel, citizen, lang if lang in LANGUAGES else LANGUAGES[0])


def conversation_id(view: View, accounts: SandboxAccounts) -> str:
    """The key of this chat in our tables."""
    is_zalo = view.channel is ChannelName.ZALO
    account_id = accounts.zalo_oa_id if is_zalo else accounts.facebook_page_id
    return f"{view.channel}:{account_id}:{view.user_id}"


def describe_window(
    channel: ChannelName, last: datetime | None, now: datetime, words: Words
) -> str:
    """How long the provider takes messages, in the sandbox's time."""
    texts = words["controls"]
    if last is None:
        return str(texts["window_none"])
    silence, limits = now - last, _LIMITS[channel]
    key, left = _window(channel, limits, silence)
    return str(texts[key]).format(number=f"{left / timedelta(hours=1):.0f}")


def _window(
    channel: ChannelName, limits: ChannelLimits, silence: timedelta
) -> tuple[str, timedelta]:
    if silence <= limits.window:
        return "window_open", limits.window - silence
    if silence <= limits.human_window:
        return _LATE[channel], limits.human_window - silence
    return "window_closed", timedelta(0)


class Renderer:
    """Templates of this package."""

    def __init__(self, cast: Cast, *, prefix: str) -> None:
        self._cast = cast
        self._templates = jinja2.Environment(
            loader=jinja2.PackageLoader("webhooks.sandbox"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {"clock": _clock, "moment": _moment}
        self._templates.globals |= {"cast": cast, "prefix": prefix, "static": "/static"}

    def words(self, view: View) -> Words:
        return self._cast.words[view.lang]

    def html(self, template: str, view: View, **values: object) -> str:
        found = self._templates.get_template(f"{template}.html")
        return found.render(view=view, words=self.words(view), **values)


def _clock(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M}"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M:%S · %d/%m/%Y}"
