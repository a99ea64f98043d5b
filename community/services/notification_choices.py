"""What a member has chosen to be told, and which of the three presets it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass

from community.models import Member, NotificationSettings, Preference
from community.registry import mail_kinds
from community.services import preferences
from community.services.preferences import APP, CHANNELS, EMAIL, Cell

Preset, Frequency = NotificationSettings.Preset, NotificationSettings.Frequency

# Her own digest has a frequency, which says more than on and off; this cell follows it.
DIGEST: Cell = ("personal_digest", EMAIL)


@dataclass(frozen=True)
class Chosen:
    """All that she has chosen, or what counts for her as it comes."""

    settings: NotificationSettings
    cells: dict[Cell, bool]

    @property
    def frequency(self) -> str:
        """How often her own digest comes; never, if she left it by the link in one."""
        return self.settings.digest if self.cells[DIGEST] else Frequency.NEVER

    @property
    def preset(self) -> str:
        """Which of the three it comes to, or that it is her own choice."""
        for preset in (Preset.QUIET, Preset.NORMAL, Preset.ALL):
            if meaning(preset) == (self.cells, self.frequency):
                return preset
        return Preset.OWN


def chosen(member: Member) -> Chosen:
    """Hers, as it stands. Two queries."""
    row = NotificationSettings.objects.filter(member=member).first()
    return Chosen(row or NotificationSettings(member=member), filled(said(member)))


def meaning(preset: str) -> tuple[dict[Cell, bool], str]:
    """What a preset says for every cell, and how often her own digest comes with it. No query."""
    if preset == Preset.NORMAL:
        return {cell: preferences.by_default(*cell) for cell in cells()}, Frequency.WEEKLY
    by_mail = preset == Preset.ALL
    found = {(kind, channel): channel == APP or by_mail for kind, channel in cells()}
    return found, Frequency.DAILY if by_mail else Frequency.NEVER


def cells() -> list[Cell]:
    """Every kind and channel that can be chosen, in order. Her own digest is mail alone."""
    return [
        (kind, channel)
        for kind, _entry in mail_kinds.items()
        for channel in CHANNELS
        if (kind, channel) != (DIGEST[0], APP)
    ]


def said(member: Member) -> dict[Cell, bool]:
    """What she has chosen in so many words. One query."""
    rows = Preference.objects.filter(member=member).values_list("kind", "channel", "on")
    return {(kind, channel): on for kind, channel, on in rows}


def filled(said: Mapping[Cell, bool]) -> dict[Cell, bool]:
    """Every cell: as she said, or else as it comes. No query."""
    return {cell: said.get(cell, preferences.by_default(*cell)) for cell in cells()}
