"""Mail as files: what the demo and the suite have instead of a mail server."""

import os
import secrets
from pathlib import Path
from types import TracebackType

from community.channels.mime import as_bytes
from community.channels.parts import ChannelDown, Mail, ReadyMail

# The demo runs for weeks; its mailbox is for looking at, not for keeping.
KEPT = 500


class MailboxOutlet:
    """Writes each mail as ``<milliseconds>-<random>.eml`` into ``folder``; keeps the newest 500."""

    def __init__(self, folder: Path, origin: tuple[str, str] | None = None) -> None:
        self.folder = folder
        self.origin = origin

    def __enter__(self) -> "MailboxOutlet":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._trim()

    def send(self, mail: Mail | ReadyMail) -> None:
        """Write the file so that it is there complete or not at all. Raises ChannelDown."""
        content = as_bytes(mail, self.origin)
        stamp = int(mail.date.timestamp() * 1000)
        path = self.folder / f"{stamp:014d}-{secrets.token_hex(4)}.eml"
        draft = path.with_suffix(".part")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.write_bytes(content)
            os.replace(draft, path)
        except OSError as error:
            raise ChannelDown(
                f"The mailbox {self.folder} cannot be written ({error.strerror}). "
                "Make room or give the folder to the user who runs this."
            ) from error

    def _trim(self) -> None:
        for path in mails_in(self.folder)[KEPT:]:
            path.unlink(missing_ok=True)


def mails_in(folder: Path) -> list[Path]:
    """The mails of a mailbox, newest first."""
    return sorted(folder.glob("*.eml"), reverse=True)
