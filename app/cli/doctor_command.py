"""`hoidap doctor`: what works, what does not, and what to do."""

import argparse
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path

from aiohttp import ClientSession
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.cli.command import Command, Context, no_arguments
from app.data_folder import ROOT
from app.database import command_store
from app.embedded.errors import EmbeddedPostgresError
from app.embedded.intent_environment import find_rasa_python
from app.ended_agencies import FLAGS, PROCEDURES
from app.endpoint import EndpointFinder
from app.jobs import TryAgainError
from app.mail.sending import greet
from app.model import find_model, is_current
from app.probe import model_answers
from app.reviews import LANGUAGES, MUST_BE_READ, Part, languages_off, read_reviews
from app.settings import Settings
from bot.replies import STAYS_ON
from casework.cases import CaseKind
from casework.legal_clock import LegalRule, NoLegalRuleError, find_rule, vietnam_date
from store.clock import system_clock
from store.unit_of_work import Store, UnitOfWork

OK, WARN, BAD = "ok", "warn", "BAD"
#: What waits longer has nobody who works on it.
_LATE = timedelta(minutes=30)
#: Codes that are listed before "and 3 more".
_NAMED = 10
#: What is off while nobody has read a part of a language that must be read.
_OFF = {
    Part.REPLIES: f"chat replies except {', '.join(STAYS_ON)}, what is asked goes to a person",
    Part.LETTERS: "letters, they are written in Vietnamese",
    Part.PAGES: "public pages, their addresses lead to the Vietnamese ones",
}
#: State and what to say of it.
Finding = tuple[str, str]


async def _run(context: Context, _arguments: argparse.Namespace) -> int:
    worst = OK
    async for state, words in _examine(context):
        print(f"{state:5} {words}")
        worst = BAD if BAD in (worst, state) else (WARN if WARN in (worst, state) else OK)
    return 1 if worst == BAD else 0


async def _examine(context: Context) -> AsyncIterator[Finding]:
    settled = (*_channels(context), *_languages(context), await _mail(context), *_model(context))
    for finding in settled:
        yield finding
    async with ClientSession() as session:
        finder = EndpointFinder(context.settings, context.folder)
        running = await model_answers(session, finder)
    yield (OK, "model: answers") if running else (WARN, "model: not running now (hoidap serve)")
    try:
        async with command_store(context.settings, context.folder) as store:
            async for finding in _database(store):
                yield finding
    except (SQLAlchemyError, EmbeddedPostgresError, OSError) as error:
        yield BAD, f"database: {type(error).__name__}: {str(error).splitlines()[0][:200]}"


def _channels(context: Context) -> list[Finding]:
    settings = context.settings
    findings = []
    for name, missing in (("Zalo", settings.missing_zalo), ("Facebook", settings.missing_facebook)):
        words = f"off, not set: {', '.join(missing)}" if missing else "settings are complete"
        findings.append((WARN if missing else OK, f"{name}: {words}"))
    if not settings.missing_zalo and not settings.zalo_refresh_token:
        findings.append((WARN, "Zalo: no ZALO_REFRESH_TOKEN, the access token ends after 25 hours"))
    if settings.zalo_refresh_token and not settings.zalo_app_secret:
        findings.append((WARN, "Zalo: no ZALO_APP_SECRET, tokens cannot be refreshed"))
    if (settings.credentials or settings.can_mail) and not settings.public_url:
        findings.append((WARN, "HOIDAP_PUBLIC_URL is not set: links and letters name this host"))
    if not settings.database_url:
        findings.append((WARN, "database: the embedded one, for trial and one small server"))
    if not settings.metrics_token:
        findings.append((WARN, "HOIDAP_METRICS_TOKEN is not set: /metrics is closed"))
    return findings


def _languages(context: Context, root: Path = ROOT) -> list[Finding]:
    """How much of each language nobody has read, and what is off for that."""
    findings = []
    for lang, name in LANGUAGES.items():
        reviews = read_reviews(lang, root)
        unread = [one for one in reviews if not one.reviewed_by]
        if not unread:
            findings.append((OK, f"{name}: all {len(reviews)} files reviewed"))
            continue
        parts = Counter(one.part.value for one in unread)
        counts = ", ".join(f"{count} {part}" for part, count in parts.items())
        words = f"{name}: {len(unread)} of {len(reviews)} files not reviewed ({counts})"
        findings.append((WARN, f"{words}: {_what_is_off(context.settings, lang, root)}"))
    return findings


def _what_is_off(settings: Settings, lang: str, root: Path) -> str:
    if lang not in MUST_BE_READ:
        return "used all the same"
    if not settings.is_live:
        return "everything is shown on trial; with a provider's account it is not"
    told = [words for part, words in _OFF.items() if lang in languages_off(settings, part, root)]
    return f"off are {'; '.join(told)}" if told else "nothing is off"


def _model(context: Context) -> list[Finding]:
    settings = context.settings
    if settings.rasa_url:
        return [(OK, f"model: runs elsewhere, at {settings.rasa_url}")]
    override = Path(settings.rasa_python) if settings.rasa_python else None
    python = find_rasa_python(ROOT, override)
    model = find_model(context.folder)
    findings = [
        (OK, f"model: environment {python}") if python else (BAD, "model: run `make setup`"),
        (OK, f"model: {model.name}") if model else (BAD, "model: none, run `hoidap train`"),
    ]
    if model and not is_current(model):
        findings.append((WARN, "model: older than its data, run `hoidap train`"))
    return findings


async def _database(store: Store) -> AsyncIterator[Finding]:
    async with store.work() as work:
        version = await work.connection.execute(text("show server_version"))
        yield OK, f"database: PostgreSQL {version.scalar_one()}"
        for name in ("procedures", "faqs", "agencies", "dossiers"):
            count = await work.catalogue.count(name)
            yield (OK if count else WARN), f"{name}: {count} rows"
        for finding in await _ended_agencies(work):
            yield finding
        if not await work.catalogue.count("hotlines"):
            yield BAD, "hotlines: none, an emergency is answered without a number"
        rules = await work.catalogue.rules()
        for kind in CaseKind:
            yield _rule(rules, kind, vietnam_date(system_clock()))
        alerts = await work.alerts.count_open()
        yield (WARN if alerts else OK), f"desk: {alerts} open alerts"
        undelivered = await work.outbox.count_undelivered()
        yield (WARN if undelivered else OK), f"outbox: {undelivered} answers not delivered"
        for finding in await _jobs(work):
            yield finding


async def _ended_agencies(work: UnitOfWork) -> list[Finding]:
    """Codes of procedures that name an agency whose successor an editor must tell."""
    waiting = [
        str(row["code"])
        for row in await work.catalogue.all(PROCEDURES)
        if any(len(flag["heirs"]) != 1 for flag in row.get(FLAGS, ()))
    ]
    if not waiting:
        return []
    more = f" and {len(waiting) - _NAMED} more" if len(waiting) > _NAMED else ""
    names = ", ".join(waiting[:_NAMED]) + more
    return [(WARN, f"procedures that name an ended agency, successor not clear: {names}")]


async def _mail(context: Context) -> Finding:
    """Talks to the mail server, sends nothing."""
    server = context.settings.smtp
    if server is None:
        return WARN, "mail: off, not set: SMTP_URL. Links for staff are passed on by hand"
    where = f"{server.host}:{server.port}"
    try:
        await greet(server)
    except TryAgainError as error:
        return BAD, f"mail: {where} does not take letters ({error})"
    return OK, f"mail: {where} answers"


async def _jobs(work: UnitOfWork) -> list[Finding]:
    now = system_clock()
    counts = await work.jobs.count()
    late = counts.oldest is not None and now - counts.oldest > _LATE
    waiting = f"jobs: {counts.waiting} waiting" + _since(counts.oldest)
    media = await work.attachments.oldest_waiting()
    stuck = media is not None and now - media > _LATE
    return [
        (WARN, f"{waiting}: is a worker running?") if late else (OK, waiting),
        (WARN if counts.failed else OK, f"jobs: {counts.failed} failed in the last 30 days"),
        (
            WARN if stuck else OK,
            "attachments: " + (f"waiting{_since(media)}" if media else "none waiting"),
        ),
    ]


def _since(at: datetime | None) -> str:
    return "" if at is None else f", the oldest since {at:%Y-%m-%d %H:%M} UTC"


def _rule(rules: list[LegalRule], kind: CaseKind, today: date) -> Finding:
    try:
        rule = find_rule(rules, kind, today)
    except NoLegalRuleError:
        return BAD, f"legal rule for {kind}: none covers today, such cases cannot be opened"
    provisional = "tạm áp dụng" in str(rule.wording.get("vi", ""))
    words = f"legal rule for {kind}: {rule.days} {rule.unit} days"
    if provisional:
        return WARN, f"{words}, provisional: load the province's own"
    return OK, words


COMMANDS = {
    "doctor": Command(no_arguments, _run),
}
