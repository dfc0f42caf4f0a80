"""What of a file is kept. As a program it works on one file in a process of its own.

    python -m app.media.prepare image < file

A decoder that somebody leads astray then has neither keys nor connections, and conversations do
not wait for it. It answers with one line – `ok` and the media type, or `refused` and a code – and
the bytes behind it.
"""

import os
import resource
import sys
from dataclasses import dataclass

from app.media.errors import MediaRefusedError
from app.media.images import NoPictureError, clean_image
from app.media.kinds import IMAGES, find_media_type
from delivery.messages import AttachmentKind

OK, REFUSED = "ok", "refused"
#: Bytes of memory: the largest picture that is taken needs a third of it.
_MEMORY = 1_500_000_000
#: Seconds of processor time.
_PROCESSOR_TIME = 20
_POLITENESS = 10


@dataclass(frozen=True, slots=True)
class Prepared:
    media_type: str
    data: bytes


def prepare(kind: AttachmentKind, data: bytes) -> Prepared:
    """Tell what it is, and paint pictures anew.

    Raises:
        MediaRefusedError: of no kind that is taken, or a picture that cannot be decoded.
    """
    media_type = find_media_type(data, kind)
    if media_type is None:
        raise MediaRefusedError("kind")
    if media_type not in IMAGES:
        return Prepared(media_type, data)
    try:
        return Prepared(*clean_image(data))
    except NoPictureError as error:
        raise MediaRefusedError(f"picture_{error}") from None


def main() -> None:
    os.nice(_POLITENESS)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_PROCESSOR_TIME, _PROCESSOR_TIME))
    try:
        prepared = prepare(AttachmentKind(sys.argv[1]), sys.stdin.buffer.read())
    except MediaRefusedError as error:
        answer, data = f"{REFUSED} {error}\n", b""
    else:
        answer, data = f"{OK} {prepared.media_type}\n", prepared.data
    sys.stdout.buffer.write(answer.encode() + data)


if __name__ == "__main__":
    main()
