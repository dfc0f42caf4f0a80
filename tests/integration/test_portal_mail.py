"""From the form to the letter: who left an e-mail hears that the answer is there."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text, update

from app.conversations import CHANNEL_LIMITS
from app.mail.letters import Letters
from app.mail.server import MailServer
from app.mail.tasks import Post
from bot.answers import send_answer
from bot.replies import Replies
from casework.cases import Case, ContentKind
from casework.statuses import CaseStatus
from casework.use_cases.moving import CaseMove
from store.jobs import Job
from store.tables import cases
from store.unit_of_work import Store
from tests.fakes.mail_server import MailServerFake, mail_server
from tests.integration.portal_scene import QUESTION, Scene, open_scene

MAIL = {"SMTP_URL": "smtp://u:p@127.0.0.1:2525?from=hoidap@example.vn"}
EMAIL = "lan@example.vn"
FIELDS = {"loai": "question", "noi-dung-hoi": QUESTION, "cho-ai": "self", "email": EMAIL}
ANSWER = "Kính gửi bà, thẻ được cấp lại tại xã."


@pytest.fixture
async def server() -> AsyncIterator[MailServerFake]:
    async with mail_server() as fake:
        yield fake


def post_of(store: Store, server: MailServerFake) -> Post:
    at = MailServer(host="127.0.0.1", port=server.port, tls=False, sender="hoidap@example.vn")
    return Post(store, at, Letters("Cổng Vĩnh Long"), "https://hoidap.example.vn")


async def jobs(store: Store, job: Job, key: str) -> list[str]:
    query = text("select args->>:key from procrastinate_jobs where task_name = :job order by id")
    async with store.engine.connect() as connection:
        found = await connection.execute(query, {"key": key, "job": job})
        return list(found.scalars())


async def answer(scene: Scene, *, mails: bool) -> Case:
    """As the desk does it, for the only case there is."""
    [case] = await scene.cases()
    async with scene.store.work() as work:
        await work.cases.add_content(case.id, ContentKind.DRAFT, ANSWER, scene.clock())
        await work.connection.execute(
            update(cases).where(cases.c.id == case.id).values(status=CaseStatus.APPROVED)
        )
        move = CaseMove(case.id, case.version, "lead")
        case = await send_answer(work, move, replies=Replies(), limits=CHANNEL_LIMITS, mails=mails)
        await work.commit()
    return case


async def test_who_confirmed_an_email_gets_a_letter_when_the_answer_is_there(
    store: Store, server: MailServerFake
) -> None:
    async with open_scene(store, **MAIL) as scene:
        form = await scene.visitor.get("/hoi")
        assert "báo tin qua thư khi có câu trả lời" in form.words
        scene.clock.move(seconds=9)
        token = {"phieu": form.hidden("phieu")}
        await scene.visitor.post("/hoi", {**FIELDS, **token})
        asked = await scene.visitor.post("/hoi/gui", token)
        post = post_of(scene.store, server)
        for question in await jobs(store, Job.MAIL_WEB_CODE, "web_question_id"):
            await post.web_code(web_question_id=question)
        code = next(word for word in server.letters[0].get_content().split() if word.isdigit())
        done = await scene.visitor.post("/hoi/gui", {**token, "ma": code})
        again = await scene.visitor.post("/hoi/gui", {**token, "ma": code})
        for page in (done, again):
            assert "Ông/Bà được báo tin qua thư điện tử" in page.words
        assert EMAIL in asked.words
        case = await answer(scene, mails=True)
        assert await jobs(store, Job.MAIL_ANSWER, "case_id") == [case.id]
        await post.answer(case_id=case.id)
    assert server.recipients == [EMAIL, EMAIL]
    told = str(server.letters[1].get_content())
    assert case.code in told
    assert "/tra-loi" in told
    assert ANSWER not in told


async def test_without_a_mail_server_no_letter_is_promised_or_sent(store: Store) -> None:
    async with open_scene(store) as scene:
        form = await scene.visitor.get("/hoi")
        assert "Hệ thống hiện chưa gửi được thư" in form.words
        assert "báo tin qua thư" not in form.words
        scene.clock.move(seconds=9)
        token = {"phieu": form.hidden("phieu")}
        await scene.visitor.post("/hoi", {**FIELDS, **token})
        done = await scene.visitor.post("/hoi/gui", token)
        assert "thư điện tử" not in done.words
        await answer(scene, mails=False)
    assert await jobs(store, Job.MAIL_ANSWER, "case_id") == []
