"""Every page of the desk and who may use it: one table."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from casework.permissions import Permission
from desk.views import (
    account,
    accounts,
    alerts,
    asker,
    audit,
    case,
    cases,
    data_requests,
    entry,
    identity,
    login,
    media,
    moves,
    overview,
    people,
    publication_moves,
    publications,
    roles,
    samples,
    sealed,
    sorting,
    staff_import,
    translations,
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str
    handler: Handler
    permission: Permission
    #: How `url` finds the path; the second method of a path has none.
    name: str | None = None


_CASE = r"/cases/{case_id:\w+}"
_STAFF = r"/accounts/{staff_id:\w+}"
_SEALED = r"/sealed/{record_id:\w+}"
_PERSON = r"/people/{handover_id:\w+}"
_DATA = r"/data-requests/{request_id:\w+}"
_LINK = r"/link/{token:[\w-]+}"
_ALERT = r"/alerts/{alert_id:\d{1,18}}"
_PUBLICATION = r"/publications/{publication_id:\w+}/{lang:\w+}"
_SAMPLE = r"/samples/{sample_id:\w+}"
_TRANSLATION = r"/translations/{publication_id:\w+}/{lang:\w+}"
P = Permission

ROUTES = (
    Route("GET", "/login", login.show_login, P.PUBLIC, "login"),
    Route("POST", "/login", login.log_in, P.PUBLIC),
    Route("GET", _LINK, login.show_link, P.PUBLIC, "link"),
    Route("POST", _LINK, login.use_link, P.PUBLIC),
    Route("POST", "/logout", login.log_out, P.SIGNED_IN, "logout"),
    Route("GET", "/", cases.list_cases, P.SIGNED_IN, "cases"),
    Route("GET", "/next", cases.next_case, P.SEE_OWN_AGENCY, "next_case"),
    Route("GET", _CASE, case.show_case, P.SEE_OWN_AGENCY, "case"),
    Route("GET", f"{_CASE}/conversation", case.show_conversation, P.SEE_OWN_AGENCY, "conversation"),
    Route("POST", f"{_CASE}/assign", moves.assign, P.ASSIGN_CASE, "assign"),
    Route("POST", f"{_CASE}/draft", moves.draft, P.DRAFT_ANSWER, "draft"),
    Route("POST", f"{_CASE}/approve", moves.approve, P.APPROVE_ANSWER, "approve"),
    Route("POST", f"{_CASE}/return", moves.give_back, P.APPROVE_ANSWER, "give_back"),
    Route("GET", f"{_CASE}/send", moves.confirm_sending, P.SEND_ANSWER, "send"),
    Route("POST", f"{_CASE}/send", moves.send, P.SEND_ANSWER),
    Route(
        "POST", _CASE + r"/messages/{row_id:\d{1,18}}/retry", moves.retry, P.SEND_ANSWER, "retry"
    ),
    # Whoever may look up the number may call.
    Route("POST", f"{_CASE}/told", moves.tell, P.REVEAL_ASKER, "told"),
    Route("POST", f"{_CASE}/sort", sorting.sort, P.TRIAGE_CASE, "sort"),
    Route("POST", f"{_CASE}/bounce", sorting.bounce, P.BOUNCE_CASE, "bounce"),
    Route("POST", f"{_CASE}/not-accept", sorting.not_accept, P.NOT_ACCEPT_CASE, "not_accept"),
    Route("POST", f"{_CASE}/restore", sorting.restore, P.NOT_ACCEPT_CASE, "restore"),
    Route(
        "GET",
        _CASE + r"/attachments/{attachment_id:\w+}",
        media.show_attachment,
        P.SEE_OWN_AGENCY,
        "attachment",
    ),
    Route(
        "POST",
        _CASE + r"/attachments/{attachment_id:\w+}/identity",
        identity.mark_identity,
        P.SEE_OWN_AGENCY,
        "mark_identity",
    ),
    Route("POST", f"{_CASE}/transcript", media.transcribe, P.TRANSCRIBE, "transcribe"),
    Route("POST", f"{_CASE}/asker", asker.reveal_asker, P.REVEAL_ASKER, "asker"),
    Route("GET", "/entry", entry.show_entry, P.ENTER_CASE, "entry"),
    Route("POST", "/entry", entry.enter, P.ENTER_CASE),
    Route("GET", r"/entered/{case_id:\w+}", entry.show_entered, P.ENTER_CASE, "entered"),
    Route(
        "GET", "/publications", publications.list_publications, P.EDIT_PUBLICATION, "publications"
    ),
    Route(
        "GET",
        "/publications/new",
        publications.new_document,
        P.EDIT_PUBLICATION,
        "publication_new",
    ),
    Route("POST", "/publications/new", publications.begin_document, P.EDIT_PUBLICATION),
    Route(
        "GET",
        f"{_CASE}/publication",
        publications.case_document,
        P.EDIT_PUBLICATION,
        "case_publication",
    ),
    Route("POST", f"{_CASE}/publication", publications.begin_case_document, P.EDIT_PUBLICATION),
    Route(
        "GET",
        f"{_CASE}/private",
        publication_moves.show_refuse_case,
        P.EDIT_PUBLICATION,
        "case_private",
    ),
    Route("POST", f"{_CASE}/private", publication_moves.refuse_case, P.EDIT_PUBLICATION),
    Route("GET", _PUBLICATION, publications.show_document, P.EDIT_PUBLICATION, "publication"),
    Route("POST", _PUBLICATION, publications.save, P.EDIT_PUBLICATION),
    Route(
        "POST",
        f"{_PUBLICATION}/ask",
        publication_moves.ask,
        P.EDIT_PUBLICATION,
        "publication_ask",
    ),
    Route(
        "POST",
        f"{_PUBLICATION}/release",
        publication_moves.release,
        P.RELEASE_PUBLICATION,
        "publication_release",
    ),
    Route(
        "POST",
        f"{_PUBLICATION}/private",
        publication_moves.refuse,
        P.EDIT_PUBLICATION,
        "publication_private",
    ),
    Route(
        "GET",
        f"{_PUBLICATION}/take-down",
        publication_moves.show_take_down,
        P.TAKE_DOWN_PUBLICATION,
        "publication_take_down",
    ),
    Route("POST", f"{_PUBLICATION}/take-down", publication_moves.take, P.TAKE_DOWN_PUBLICATION),
    Route(
        "GET",
        "/translations",
        translations.list_translations,
        P.TRANSLATE_PUBLICATION,
        "translations",
    ),
    Route(
        "GET", _TRANSLATION, translations.show_translation, P.TRANSLATE_PUBLICATION, "translation"
    ),
    Route("POST", _TRANSLATION, translations.save_translation, P.TRANSLATE_PUBLICATION),
    Route("GET", "/alerts", alerts.list_alerts, P.SEE_FAULTS, "alerts"),
    Route("POST", f"{_ALERT}/read", alerts.read_alert, P.SEE_ALERTS, "read_alert"),
    Route("POST", f"{_ALERT}/handled", alerts.handle_alert, P.SEE_FAULTS, "handle_alert"),
    Route("POST", f"{_ALERT}/reopened", alerts.reopen_alert, P.SEE_ALERTS, "reopen_alert"),
    Route("GET", "/account", account.show_account, P.SIGNED_IN, "account"),
    Route("POST", "/account/password", account.change_password, P.SIGNED_IN, "change_password"),
    Route("POST", "/account/sessions", account.end_sessions, P.SIGNED_IN, "end_sessions"),
    Route("POST", "/account/session", account.end_own_session, P.SIGNED_IN, "end_own_session"),
    Route("GET", "/accounts", accounts.list_accounts, P.MANAGE_USERS, "accounts"),
    Route("GET", "/accounts/new", accounts.show_invitation, P.MANAGE_USERS, "invite"),
    Route("POST", "/accounts/new", accounts.invite, P.MANAGE_USERS),
    Route("GET", "/accounts/import", staff_import.show_import, P.MANAGE_USERS, "import_staff"),
    Route("POST", "/accounts/import", staff_import.import_file, P.MANAGE_USERS),
    Route("POST", "/accounts/mail", staff_import.mail_links, P.MANAGE_USERS, "mail_links"),
    Route("GET", "/roles", roles.show_roles, P.MANAGE_USERS, "roles"),
    Route("GET", _STAFF, accounts.show_account_of, P.MANAGE_USERS, "account_of"),
    Route("POST", f"{_STAFF}/change", accounts.change, P.MANAGE_USERS, "change_account"),
    Route("POST", f"{_STAFF}/reset", accounts.reset, P.MANAGE_USERS, "reset_account"),
    Route("POST", f"{_STAFF}/unlock", accounts.unlock, P.MANAGE_USERS, "unlock_account"),
    Route("POST", f"{_STAFF}/leave", accounts.let_go, P.MANAGE_USERS, "let_go"),
    Route("POST", f"{_STAFF}/return", accounts.bring_back, P.MANAGE_USERS, "bring_back"),
    Route("POST", f"{_STAFF}/sessions", accounts.end_sessions, P.MANAGE_USERS, "end_sessions_of"),
    Route("GET", "/people", people.list_people, P.TALK_TO_CITIZENS, "people"),
    Route("GET", _PERSON, people.show_person, P.TALK_TO_CITIZENS, "person"),
    Route("GET", f"{_PERSON}/talk", people.show_talk, P.TALK_TO_CITIZENS, "person_talk"),
    Route("POST", f"{_PERSON}/take", people.take, P.TALK_TO_CITIZENS, "take"),
    Route("POST", f"{_PERSON}/say", people.say, P.TALK_TO_CITIZENS, "say"),
    Route("POST", f"{_PERSON}/back", people.give_back, P.TALK_TO_CITIZENS, "give_back_talk"),
    Route("GET", "/sealed", sealed.list_sealed, P.OPEN_SEALED, "sealed"),
    Route("GET", _SEALED, sealed.show_sealed, P.OPEN_SEALED, "sealed_record"),
    Route("POST", f"{_SEALED}/open", sealed.open_sealed, P.OPEN_SEALED, "open_sealed"),
    Route(
        "GET",
        _SEALED + r"/files/{attachment_id:\w+}",
        sealed.show_sealed_file,
        P.OPEN_SEALED,
        "sealed_file",
    ),
    Route("POST", f"{_SEALED}/handled", sealed.handle_sealed, P.OPEN_SEALED, "handle_sealed"),
    Route(
        "GET",
        "/data-requests",
        data_requests.list_requests,
        P.HANDLE_DATA_REQUESTS,
        "data_requests",
    ),
    Route("GET", _DATA, data_requests.show_request, P.HANDLE_DATA_REQUESTS, "data_request"),
    Route("POST", f"{_DATA}/decide", data_requests.decide, P.HANDLE_DATA_REQUESTS, "decide_data"),
    Route(
        "POST", f"{_DATA}/download", data_requests.download, P.HANDLE_DATA_REQUESTS, "download_data"
    ),
    Route("GET", "/samples", samples.list_samples, P.LABEL_SAMPLES, "samples"),
    Route("GET", _SAMPLE, samples.show_sample, P.LABEL_SAMPLES, "sample"),
    Route("POST", f"{_SAMPLE}/label", samples.label, P.LABEL_SAMPLES, "label_sample"),
    Route("POST", f"{_SAMPLE}/dismiss", samples.dismiss, P.LABEL_SAMPLES, "dismiss_sample"),
    Route("POST", f"{_SAMPLE}/shorten", samples.shorten, P.LABEL_SAMPLES, "shorten_sample"),
    Route("POST", f"{_SAMPLE}/reopen", samples.reopen, P.LABEL_SAMPLES, "reopen_sample"),
    Route("GET", "/overview", overview.show_overview, P.TRIAGE_CASE, "overview"),
    Route("GET", "/audit", audit.list_audit, P.SEE_AUDIT, "audit"),
)
