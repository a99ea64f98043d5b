"""What the demo has instead of a staff group: each text of a robot as a mail in its mailbox."""

import secrets
from html import escape
from pathlib import Path
from types import TracebackType

from community import clock
from community.channels.mailbox import MailboxOutlet
from community.channels.parts import Mail
from community.channels.robots import ADAPTERS, RobotText
from community.channels.robots.parts import cut


class RobotMailbox:
    """Cuts a text as the platform would have it, and writes it into ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._mailbox = MailboxOutlet(folder)

    def __enter__(self) -> "RobotMailbox":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._mailbox.__exit__(kind, error, trace)

    def send(self, letter: RobotText) -> None:
        """Write it. Raises ChannelDown when the folder cannot be written."""
        text = cut(letter.text, letter.more, ADAPTERS[letter.platform].most_bytes)
        self._mailbox.send(
            Mail(
                to=f"{letter.platform}-robot@demo.invalid",
                subject=text.strip().splitlines()[0],
                text=text + "\n",
                html=f"<pre>{escape(text)}</pre>",
                message_id=f"<{secrets.token_hex(8)}@demo.invalid>",
                date=clock.now(),
                locale="zh-Hans",
            )
        )
