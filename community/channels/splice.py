"""One mail for many readers: built once with holes in it, and filled for each of them.

What is the same for everybody is encoded once. Base64 turns three bytes into four signs, so where a
piece that is the same begins in the middle of three, its encoding is another one: each is kept in all
three. A test holds that what comes out says to the letter what ``mime.build`` says.
"""

import binascii
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence

from community.channels.mime import build
from community.channels.parts import Mail

LINE = 76
# The line of a longer address might be folded; and less than a line of base64 is not worth keeping.
LONGEST_ADDRESS, SHORTEST = 64, 57
_MARK = secrets.token_hex(8)


class Unfit(Exception):
    """It cannot be spliced, or not with this value; build it alone."""


def encoded(data: bytes) -> bytes:
    """Lines of base64."""
    signs = binascii.b2a_base64(data, newline=False)
    return b"".join(signs[at : at + LINE] + b"\r\n" for at in range(0, len(signs), LINE))


class Body:
    """A text with ``holes``, each a word that stands nowhere else, as base64."""

    def __init__(self, text: str, holes: Sequence[str]) -> None:
        """Raises Unfit."""
        if "\r" in text:
            raise Unfit("A carriage return may be half of the end of a line.")
        pieces = re.split(f"({'|'.join(map(re.escape, holes))})", text) if holes else [text]
        statics, self.slots = pieces[0::2], pieces[1::2]
        # What stands at an edge is trimmed with the text when a mail is built alone.
        self.trims = (not statics[0].strip(), not statics[-1].strip())
        if not statics[-1].endswith("\n"):
            statics[-1] += "\n"
        self.statics = [self._in_three_ways(_on_the_wire(static)) for static in statics]

    @staticmethod
    def _in_three_ways(static: bytes) -> tuple[bytes, list[tuple[bytes, bytes, bytes]]]:
        """The piece itself and, by how many bytes of it the three before it are short of: these, the
        encoding of the rest, and what of it is no whole three any more."""
        if len(static) < SHORTEST:
            return static, []
        ways = []
        for short in range(3):
            end = len(static) - (len(static) - short) % 3
            ways.append((static[:short], encoded(static[short:end]), static[end:]))
        return static, ways

    def fill(self, values: Mapping[str, str]) -> bytes:
        """Raises Unfit."""
        if self.slots:
            self._look_at_the_edges(values[self.slots[0]], values[self.slots[-1]])
        out: list[bytes] = []
        carry = b""
        for number, (static, ways) in enumerate(self.statics):
            if number:
                value = values[self.slots[number - 1]]
                if "\r" in value:
                    raise Unfit("A carriage return may be half of the end of a line.")
                carry += _on_the_wire(value)
            if not ways:
                carry += static
                continue
            head, lines, tail = ways[-len(carry) % 3]
            if carry:
                out.append(encoded(carry + head))
            out.append(lines)
            carry = tail
        out.append(encoded(carry))
        return b"".join(out)

    def _look_at_the_edges(self, first: str, last: str) -> None:
        at_start, at_end = self.trims
        if (at_start and (not first or first[0].isspace())) or (
            at_end and (not last or last[-1].isspace())
        ):
            raise Unfit("The blank at the edge would be trimmed.")


def _on_the_wire(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def _one_line(value: str) -> bytes:
    if not value.isascii() or not value.isprintable():
        raise Unfit("A header of programs is one line of seven bits.")
    return value.encode("ascii")


class Frame:
    """A mail whose recipient, id, and ``holes`` in headers and texts are filled for each reader."""

    # Nobody can write these into a subject: they are others in each process.
    TO, ID = f"zz{_MARK}to@splice.invalid", f"<zz{_MARK}id@splice.invalid>"
    TEXT, HTML = f"zz{_MARK}text", f"zz{_MARK}html"

    def __init__(self, mail: Mail, origin: tuple[str, str], holes: Iterable[str]) -> None:
        """``mail.to`` must be TO and ``mail.message_id`` ID. A hole is a word of letters and digits
        that stands nowhere else, in no header but those for programs. Raises Unfit."""
        holes = list(holes)
        if any(hole in mail.subject for hole in holes):
            raise Unfit("A subject that is each reader's own is encoded as a whole.")
        self.text, self.html = Body(mail.text, holes), Body(mail.html, holes)
        message = build(mail, origin)
        text, html = message.iter_parts()
        text.set_payload(self.TEXT)
        html.set_payload(self.HTML)
        names = [self.TO, self.ID, self.TEXT, self.HTML, *holes]
        pieces = re.split(
            f"({'|'.join(map(re.escape, names))})", message.as_bytes().decode("ascii")
        )
        if not {self.TO, self.ID, self.TEXT, self.HTML} <= set(pieces[1::2]):
            raise Unfit("Something that is to be filled was written in another way.")
        self._statics = [piece.encode("ascii") for piece in pieces[0::2]]
        self._slots = pieces[1::2]

    def fill(
        self,
        *,
        to: str,
        message_id: str,
        headers: Mapping[str, str],
        text: Mapping[str, str],
        html: Mapping[str, str],
    ) -> bytes:
        """The mail to ``to``, an address as every mail server takes it; the others by hole.

        Raises Unfit.
        """
        if len(to) > LONGEST_ADDRESS:
            raise Unfit("The line of the address might be folded.")
        values = {self.TO: to, self.ID: message_id, **headers}
        filled = {slot: _one_line(value) for slot, value in values.items()}
        filled[self.TEXT] = self.text.fill(text)
        filled[self.HTML] = self.html.fill(html)
        out = [self._statics[0]]
        for slot, static in zip(self._slots, self._statics[1:], strict=True):
            out += filled[slot], static
        return b"".join(out)
