"""What the doctor says of mail, jobs and media."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from app.cli.command import Context
from app.cli.doctor_command import BAD, OK, WARN, Finding, _jobs, _mail
from app.data_folder import DataFolder
from app.settings import read_settings
from delivery.messages import AttachmentKind
from store.attachments import NewAttachment
from store.jobs import Job
from store.unit_of_work import Store
from tests.fakes.mail_server import mail_server


async def mail(tmp_path: Path, address: str) -> Finding:
    environment = {"SMTP_URL": address}
    return await _mail(Context(read_settings(environment), DataFolder(tmp_path), environment))


async def test_a_mail_server_is_greeted_and_gets_no_letter(tmp_path: Path) -> None:
    async with mail_server() as server:
        address = f"smtp://127.0.0.1:{server.port}?from=a@example.vn"
        state, words = await mail(tmp_path, address)
        assert (state, words) == (OK, f"mail: 127.0.0.1:{server.port} answers")
        assert server.letters == []
        assert "NOOP" in server.commands


async def test_a_mail_server_that_refuses_the_password_is_named_without_it(tmp_path: Path) -> None:
    async with mail_server() as server:
        server.offers, server.refusals = ("AUTH PLAIN",), {"AUTH": "535 secret-word is wrong"}
        address = f"smtp://me:secret-word@127.0.0.1:{server.port}?from=a@example.vn"
        state, words = await mail(tmp_path, address)
    assert state == BAD
    assert "535" in words
    assert "secret-word" not in words


async def test_no_mail_server_is_said(tmp_path: Path) -> None:
    state, words = await mail(tmp_path, "")
    assert state == WARN
    assert "SMTP_URL" in words


async def test_nothing_waits(store: Store) -> None:
    async with store.work() as work:
        assert [state for state, _ in await _jobs(work)] == [OK, OK, OK]


async def test_what_waits_long_or_failed_is_said(store: Store) -> None:
    async with store.work() as work:
        at = work.clock() - timedelta(hours=1)
        await work.jobs.defer(Job.MAIL_ANSWER, at=at, case_id="c1")
        await work.jobs.defer(Job.MAIL_ANSWER, case_id="c2")
        await work.connection.execute(
            text("update procrastinate_jobs set status = 'failed' where args->>'case_id' = 'c2'")
        )
        item = NewAttachment("a1", "zalo:oa:1", AttachmentKind.IMAGE, "https://f1.zdn.vn/a.jpg")
        await work.attachments.add(item, at)
        waiting, failed, media = await _jobs(work)
    since = f"since {at:%Y-%m-%d %H:%M} UTC"
    assert waiting == (WARN, f"jobs: 1 waiting, the oldest {since}: is a worker running?")
    assert failed == (WARN, "jobs: 1 failed in the last 30 days")
    assert media == (WARN, f"attachments: waiting, the oldest {since}")
