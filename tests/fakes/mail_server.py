"""A mail server on the loopback: takes letters, or refuses as the test says (RFC 5321)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass(slots=True)
class MailServerFake:
    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    #: First word of a command → what is answered to it instead.
    refusals: dict[str, str] = field(default_factory=dict)
    #: Lines of EHLO behind the first.
    offers: tuple[str, ...] = ("8BITMIME",)
    commands: list[str] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(b"220 mail.test ESMTP\r\n")
            while line := (await reader.readline()).decode():
                command = line.strip()
                self.commands.append(command)
                if not await self._answer(command, reader, writer):
                    break
                await writer.drain()
        finally:
            writer.close()

    async def _answer(
        self, command: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        verb = command.split(" ", maxsplit=1)[0].upper()
        if refusal := self.refusals.get(verb):
            writer.write(f"{refusal}\r\n".encode())
            return True
        match verb:
            case "EHLO":
                lines = ["mail.test", *self.offers]
                marks = ["-"] * (len(lines) - 1) + [" "]
                writer.write(
                    "".join(
                        f"250{m}{text}\r\n" for m, text in zip(marks, lines, strict=True)
                    ).encode()
                )
            case "AUTH":
                writer.write(b"235 welcome\r\n")
            case "RCPT":
                self.recipients.append(command.partition("<")[2].partition(">")[0])
                writer.write(b"250 ok\r\n")
            case "DATA":
                writer.write(b"354 go on\r\n")
                await writer.drain()
                raw = await reader.readuntil(b"\r\n.\r\n")
                found = message_from_bytes(
                    raw[:-5].replace(b"\r\n..", b"\r\n."), policy=policy.default
                )
                assert isinstance(found, EmailMessage)
                self.letters.append(found)
                writer.write(b"250 taken\r\n")
            case "QUIT":
                writer.write(b"221 bye\r\n")
                return False
            case _:
                writer.write(b"250 ok\r\n")
        return True


@asynccontextmanager
async def mail_server() -> AsyncIterator[MailServerFake]:
    fake = MailServerFake()
    server = await asyncio.start_server(fake.talk, "127.0.0.1", 0)
    fake.port = server.sockets[0].getsockname()[1]
    try:
        yield fake
    finally:
        server.close()
        await server.wait_closed()
