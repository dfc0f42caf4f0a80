"""Has files prepared in a process of their own, one after the other."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE

from app.data_folder import ROOT
from app.media.errors import MediaAwayError, MediaRefusedError
from app.media.prepare import OK, REFUSED, Prepared
from delivery.messages import AttachmentKind

#: Seconds a file may take; more than its processor time, because others work as well.
_WITHIN = 60.0
#: No setting of ours: whoever gets hold of the process finds no key.
_ENVIRONMENT = {"PYTHONPATH": str(ROOT)}


class Workshop:
    def __init__(self) -> None:
        # Two at once would take both processors of a small machine from the conversations.
        self._one = asyncio.Semaphore(1)

    async def prepare(self, kind: AttachmentKind, data: bytes) -> Prepared:
        """What of these bytes is kept.

        Raises:
            MediaRefusedError: of no kind that is taken, or a picture that cannot be decoded.
            MediaAwayError: the process failed or took too long.
        """
        async with self._one:
            answer = await self._ask(kind, data)
        line, _, rest = answer.partition(b"\n")
        state, _, word = line.decode().partition(" ")
        if state == OK:
            return Prepared(word, rest)
        if state == REFUSED:
            raise MediaRefusedError(word)
        raise MediaAwayError("not_prepared")

    async def _ask(self, kind: AttachmentKind, data: bytes) -> bytes:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "app.media.prepare",
            kind,
            cwd=ROOT,
            env=_ENVIRONMENT,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,  # a traceback may show bytes of the picture
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(_WITHIN):
                answer, _ = await process.communicate(data)
        except TimeoutError:
            raise MediaAwayError("preparing_timeout") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return answer if process.returncode == 0 else b""
