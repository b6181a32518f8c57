"""Handing a file to the person: by the share sheet, or as a download where there is none."""

from __future__ import annotations

from app.device.sharing import Shared, SharedFile, Sharing
from app.field.models.notices import Notices
from app.i18n import Words


async def give(
    sharing: Sharing, file: SharedFile, title: str, saved: str, notices: Notices, words: Words
) -> Shared:
    """Says what the person has to know of it. saved: key of the words for a download.

    DONE when the file has left the app.
    """
    answer = await sharing.share(file, title)
    if answer is Shared.PRESS_AGAIN:
        notices.show(words("end.share.again"))
    elif answer is Shared.NOT_HERE:
        answer = await sharing.save(file)
        is_saved = answer is Shared.DONE
        notices.show(words(saved if is_saved else "end.share.failed"))
    return answer
