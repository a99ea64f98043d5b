"""Two who get their own digest every day, in Chinese and in English, so that the mailbox shows one."""

from typing import Any

from community.models import Member, NotificationSettings

DAILY = {"learner": "zh-hans", "second": "en"}


def build(demo: Any) -> None:
    """Their first one is due at once; the next at half past eight by their clock."""
    if "shanye" not in demo.is_new:
        return
    for name, locale in DAILY.items():
        member = demo.account(name)
        Member.objects.filter(pk=member.pk).update(locale=locale)
        NotificationSettings.objects.update_or_create(
            member=member,
            defaults={
                "digest": NotificationSettings.Frequency.DAILY,
                "preset": NotificationSettings.Preset.OWN,
                "next_digest_at": demo.now,
            },
        )
