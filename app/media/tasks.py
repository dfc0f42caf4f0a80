"""The job that brings an attachment here: fetched, cleaned, kept encrypted, never on disk."""

from collections.abc import Mapping

from app.jobs import Task, TryAgainError
from app.media.download import Downloader
from app.media.errors import MediaAwayError, MediaGoneError, MediaRefusedError
from app.media.kinds import LIMITS
from app.media.prepare import Prepared
from app.media.workshop import Workshop
from delivery.messages import ChannelName
from store.attachments import AttachmentStatus, StoredAttachment
from store.jobs import Job
from store.unit_of_work import Store

#: 17 minutes and more: Zalo's addresses are said to work for half an hour.
TRIES = 10


class MediaFetcher:
    def __init__(self, store: Store, downloader: Downloader, workshop: Workshop) -> None:
        self._store = store
        self._downloader = downloader
        self._workshop = workshop

    def tasks(self) -> Mapping[Job, Task]:
        return {Job.FETCH_ATTACHMENT: Task(self.fetch, tries=TRIES + 1)}

    async def fetch(self, attachment_id: str) -> None:
        """Bring it here, or write down why not.

        Raises:
            TryAgainError: the provider does not answer now.
        """
        async with self._store.work() as work:
            item = await work.attachments.find(attachment_id)
            if item is None or item.status is not AttachmentStatus.WAITING:
                return
            url = await work.attachments.source_of(attachment_id)
        try:
            prepared = await self._bring(item, url)
        except MediaRefusedError as error:
            await self._give_up(item, AttachmentStatus.REFUSED, str(error))
        except MediaGoneError as error:
            await self._give_up(item, AttachmentStatus.GONE, str(error))
        except MediaAwayError as error:
            await self._try_again(item, str(error))
        else:
            await self._keep(item, prepared)

    async def _bring(self, item: StoredAttachment, url: str) -> Prepared:
        if item.kind not in LIMITS:
            raise MediaRefusedError("kind")
        channel = ChannelName(item.conversation_id.partition(":")[0])
        data = await self._downloader.fetch(url, channel, LIMITS[item.kind])
        return await self._workshop.prepare(item.kind, data)

    async def _keep(self, item: StoredAttachment, prepared: Prepared) -> None:
        async with self._store.work() as work:
            await work.attachments.keep(item.id, prepared.media_type, prepared.data)
            await work.commit()

    async def _give_up(self, item: StoredAttachment, status: AttachmentStatus, code: str) -> None:
        async with self._store.work() as work:
            await work.attachments.give_up(item.id, status, code)
            await work.commit()

    async def _try_again(self, item: StoredAttachment, code: str) -> None:
        if item.attempts + 1 >= TRIES:
            await self._give_up(item, AttachmentStatus.GONE, code)
            return
        async with self._store.work() as work:
            await work.attachments.note_attempt(item.id, code)
            await work.commit()
        raise TryAgainError(code)
