"""Letters: what stands in them, what never does, and what becomes of those a server refuses."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from email.message import EmailMessage

import pytest
from sqlalchemy import update

from app.jobs import GivenUpError, TryAgainError
from app.mail.letters import FOR_CITIZENS, LetterName, Letters
from app.mail.sending import greet, make_message
from app.mail.server import MailServer
from app.mail.tasks import Post
from casework.cases import Case, CaseKind, CaseSource, Contact, ContentKind, EventKind
from casework.permissions import Role
from casework.statuses import CaseStatus
from casework.use_cases.open_case import OpenCase, OpenedCase, open_case
from delivery.messages import ChannelName
from desk.tokens import token_hash
from store.audit import AuditAction
from store.conversations import Conversation
from store.staff import StaffMember
from store.tables import cases, staff
from store.unit_of_work import Store
from store.web_questions import CODE_LASTS, WebQuestion
from tests.fakes.clock import NOW
from tests.fakes.mail_server import MailServerFake, mail_server

ADDRESS = "https://hoidap.example.vn"
SECRET_WORDS = "Hàng xóm lấn đất nhà tôi"
MEMBER = StaffMember("m1", "an@example.gov.vn", "Trần An", Role.EDITOR, "", "", active=True)
QUESTION = WebQuestion(id="w1", content=SECRET_WORDS, email="ba@example.vn", code="482913")
CHAT = "zalo:oa:u1"


@pytest.fixture
async def server() -> AsyncIterator[MailServerFake]:
    async with mail_server() as fake:
        yield fake


@pytest.fixture
def post(still: Store, server: MailServerFake) -> Post:
    return Post(still, at(server), Letters("Cổng Vĩnh Long"), ADDRESS)


def at(server: MailServerFake) -> MailServer:
    return MailServer(host="127.0.0.1", port=server.port, tls=False, sender="hoidap@example.gov.vn")


def words_of(letter: EmailMessage) -> str:
    return str(letter.get_content()).replace("\r\n", "\n")


async def asked(store: Store, *, email: str, conversation_id: str = "") -> OpenedCase:
    async with store.work() as work:
        command = OpenCase(
            CaseKind.QUESTION,
            CaseSource.WEB,
            conversation_id,
            SECRET_WORDS,
            NOW,
            contact=Contact(name="Lê Bà", email=email),
        )
        opened = await open_case(work, command)
        await work.commit()
    return opened


async def answered(store: Store, case: Case) -> None:
    async with store.work() as work:
        await work.connection.execute(
            update(cases).where(cases.c.id == case.id).values(status=CaseStatus.ANSWERED)
        )
        await work.cases.add_content(case.id, ContentKind.ANSWER, "Kính gửi bà", NOW)
        await work.commit()


async def test_the_code_of_the_form_is_mailed(
    still: Store, post: Post, server: MailServerFake
) -> None:
    async with still.work() as work:
        await work.web_questions.add(QUESTION, NOW)
        await work.commit()
    await post.web_code(web_question_id="w1")
    [letter] = server.letters
    assert server.recipients == ["ba@example.vn"]
    assert letter["From"] == "Cổng Vĩnh Long <hoidap@example.gov.vn>"
    assert letter["To"] == "ba@example.vn"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Content-Language"] == "vi"
    assert letter["Message-ID"].endswith("@example.gov.vn>")
    assert letter["Date"].datetime == NOW.replace(microsecond=0)
    assert letter.get_content_type() == "text/plain"
    body = words_of(letter)
    assert "482913" in body
    assert "30 phút" in body
    assert SECRET_WORDS not in body
    assert "482913" not in letter["Subject"]  # a locked screen shows it
    assert "EHLO example.gov.vn" in server.commands


@pytest.mark.parametrize(
    "question",
    [
        replace(QUESTION, code=""),
        replace(QUESTION, email=""),
        None,
    ],
)
async def test_no_code_is_mailed_that_nobody_waits_for(
    still: Store, post: Post, server: MailServerFake, question: WebQuestion | None
) -> None:
    async with still.work() as work:
        if question is not None:
            await work.web_questions.add(question, NOW)
        await work.commit()
    await post.web_code(web_question_id="w1")
    assert server.letters == []


async def test_no_code_that_is_too_old_or_was_used(
    still: Store, post: Post, server: MailServerFake
) -> None:
    async with still.work() as work:
        await work.web_questions.add(QUESTION, NOW - CODE_LASTS)
        await work.web_questions.add(replace(QUESTION, id="w2"), NOW)
        await work.web_questions.confirm(replace(QUESTION, id="w2"), "case")
        await work.commit()
    await post.web_code(web_question_id="w1")
    await post.web_code(web_question_id="w2")
    assert server.letters == []


async def test_the_notice_of_an_answer_holds_neither_answer_nor_codes_that_open_it(
    still: Store, post: Post, server: MailServerFake
) -> None:
    opened = await asked(still, email="ba@example.vn")
    await answered(still, opened.case)
    await post.answer(case_id=opened.case.id)
    [letter] = server.letters
    body = words_of(letter)
    assert f"{ADDRESS}/tra-loi\n" in body
    assert opened.case.code in body
    for secret in (opened.pickup_code, SECRET_WORDS, "Kính gửi bà", "Lê Bà"):
        assert secret not in body
        assert secret not in letter["Subject"]


@pytest.mark.parametrize(("lang", "page"), [("en", "/en/tra-loi"), ("km", "/km/tra-loi")])
async def test_the_notice_is_in_the_language_of_the_conversation(
    still: Store, post: Post, server: MailServerFake, lang: str, page: str
) -> None:
    async with still.work() as work:
        await work.conversations.save(
            Conversation(CHAT, ChannelName.ZALO, "oa", "u1", lang=lang), NOW
        )
        await work.commit()
    opened = await asked(still, email="ba@example.vn", conversation_id=CHAT)
    await answered(still, opened.case)
    await post.answer(case_id=opened.case.id)
    [letter] = server.letters
    assert letter["Content-Language"] == lang
    assert f"{ADDRESS}{page}\n" in words_of(letter)


async def test_no_notice_without_answer_or_mailbox(
    still: Store, post: Post, server: MailServerFake
) -> None:
    unanswered = await asked(still, email="ba@example.vn")
    nobody = await asked(still, email="")
    await answered(still, nobody.case)
    for case_id in (unanswered.case.id, nobody.case.id, "none"):
        await post.answer(case_id=case_id)
    assert server.letters == []


@pytest.mark.parametrize(
    ("password_hash", "subject"),
    [
        ("", "Tài khoản của Ông/Bà trên hệ thống Hỏi Đáp"),
        ("argon2", "Đặt lại mật khẩu trên hệ thống Hỏi Đáp"),
    ],
)
async def test_staff_get_a_link_that_works(
    still: Store, post: Post, server: MailServerFake, password_hash: str, subject: str
) -> None:
    async with still.work() as work:
        await work.staff.add(replace(MEMBER, password_hash=password_hash), NOW)
        await work.commit()
    await post.staff_link(staff_id="m1")
    [letter] = server.letters
    assert letter["Subject"] == subject
    [link] = [word for word in words_of(letter).split() if word.startswith("https://")]
    token = link.removeprefix(f"{ADDRESS}/desk/link/")
    async with still.work() as work:
        found = await work.staff.find_link(token_hash(token), NOW)
    assert found is not None
    assert found.id == "m1"


@pytest.mark.parametrize(
    ("action", "subject"),
    [
        (AuditAction.USER_INVITED, "Tài khoản của Ông/Bà trên hệ thống Hỏi Đáp"),
        (AuditAction.USER_RESET, "Đặt lại mật khẩu trên hệ thống Hỏi Đáp"),
        (AuditAction.USER_RETURNED, "Đặt lại mật khẩu trên hệ thống Hỏi Đáp"),
    ],
)
async def test_who_lost_the_password_is_not_greeted_as_new(
    still: Store, post: Post, server: MailServerFake, action: AuditAction, subject: str
) -> None:
    async with still.work() as work:
        await work.staff.add(replace(MEMBER, password_hash=""), NOW)
        for noted in (AuditAction.USER_INVITED, action, AuditAction.USER_UNLOCKED):
            await work.audit.note(noted, "admin", NOW, subject="m1")
        await work.commit()
    await post.staff_link(staff_id="m1")
    [letter] = server.letters
    assert letter["Subject"] == subject
    assert ("Mật khẩu cũ không còn dùng được" in words_of(letter)) is subject.startswith("Đặt lại")


async def test_who_left_gets_no_link(still: Store, post: Post, server: MailServerFake) -> None:
    async with still.work() as work:
        await work.staff.add(MEMBER, NOW)
        await work.connection.execute(update(staff).values(active=False))
        await work.commit()
    await post.staff_link(staff_id="m1")
    await post.staff_link(staff_id="nobody")
    assert server.letters == []


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (("RCPT", "550 ba@example.vn is unknown"), GivenUpError),
        (("DATA", "554 no"), GivenUpError),
        (("RCPT", "451 ba@example.vn later"), TryAgainError),
        (("MAIL", "550 hoidap@example.gov.vn may not"), TryAgainError),
        (("EHLO", "421 ba@example.vn busy"), TryAgainError),
    ],
)
async def test_what_the_server_refuses(
    still: Store,
    post: Post,
    server: MailServerFake,
    refusal: tuple[str, str],
    error: type[Exception],
) -> None:
    verb, answer = refusal
    server.refusals = {verb: answer, **({"HELO": answer} if verb == "EHLO" else {})}
    opened = await asked(still, email="ba@example.vn")
    await answered(still, opened.case)
    with pytest.raises(error) as caught:
        await post.answer(case_id=opened.case.id)
    assert "@" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert server.letters == []


async def test_a_case_knows_that_its_asker_has_no_mailbox(
    still: Store, post: Post, server: MailServerFake
) -> None:
    server.refusals = {"RCPT": "550 unknown"}
    opened = await asked(still, email="ba@example.vn")
    await answered(still, opened.case)
    with pytest.raises(GivenUpError):
        await post.answer(case_id=opened.case.id)
    async with still.work() as work:
        event = (await work.cases.events(opened.case.id))[-1]
    assert event.kind is EventKind.NOT_REACHED
    assert event.data == {"channel": "email", "code": "refused 550"}


async def test_a_letter_that_was_taken_is_not_sent_again(
    still: Store, post: Post, server: MailServerFake
) -> None:
    server.refusals = {"QUIT": "500 who are you"}
    opened = await asked(still, email="ba@example.vn")
    await answered(still, opened.case)
    await post.answer(case_id=opened.case.id)
    assert len(server.letters) == 1


async def test_a_stop_does_not_wait_for_a_silent_server(still: Store, post: Post) -> None:
    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await silence.wait()
        writer.close()

    silence = asyncio.Event()
    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as silent:
        port = silent.sockets[0].getsockname()[1]
        server = MailServer(host="127.0.0.1", port=port, tls=False, sender="a@example.vn")
        talk = asyncio.create_task(greet(server))
        await asyncio.sleep(0.2)
        talk.cancel()
        done, _ = await asyncio.wait([talk], timeout=2)
        assert done
        assert talk.cancelled()
        silence.set()


async def test_a_server_that_is_away_is_tried_again(still: Store, server: MailServerFake) -> None:
    gone = replace(at(server), port=1)
    with pytest.raises(TryAgainError):
        await greet(gone)
    await greet(at(server))
    assert "NOOP" in server.commands


async def test_a_password_is_not_sent_in_the_open(server: MailServerFake) -> None:
    server.offers = ("AUTH PLAIN LOGIN",)
    mine = replace(at(server), user="u", password="p")
    assert not mine.needs_encryption  # it is this machine
    await greet(mine)
    assert any(command.startswith("AUTH") for command in server.commands)
    server.commands.clear()
    far = replace(mine, host="127.1")  # no name of this machine that anybody would know
    with pytest.raises(TryAgainError):
        await greet(far)
    assert server.commands
    assert not any(command.startswith("AUTH") for command in server.commands)


def test_a_mailbox_must_be_one(still: Store) -> None:
    server = MailServer(host="h", port=25, tls=False, sender="a@example.vn")
    letter = Letters("Một\nhai").write(LetterName.ANSWER, "vi", {"code": "x", "link": "y"})
    for wrong in ("", "a@b", "a@example.vn, b@example.vn", "a@example.vn\nBcc: b@example.vn"):
        with pytest.raises(GivenUpError):
            make_message(server, letter, wrong, NOW)
    message = make_message(server, letter, "a@example.vn", NOW)
    assert isinstance(message, EmailMessage)
    assert message["From"] == "Một hai <a@example.vn>"


@pytest.mark.parametrize("lang", ["vi", "en", "km"])
def test_every_letter_is_written_in_every_language(lang: str) -> None:
    values = {"code": "123456", "link": "https://x.vn", "minutes": 30, "name": "An", "days": 3}
    values["has_password"] = True
    for name in LetterName:
        letter = Letters().write(name, lang, values)
        assert letter.lang == (lang if name in FOR_CITIZENS else "vi")
        assert letter.subject
        assert letter.office in letter.body
        assert "{" not in letter.subject + letter.body
