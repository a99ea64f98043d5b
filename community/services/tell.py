"""Telling one member that somebody has answered her: under her bell and by mail, as she chose."""

from typing import Any

from django.conf import settings

from community.models import Member
from community.services import inbox, mail, preferences
from community.services.preferences import APP, EMAIL

ANSWER = "answer"


def answered(
    what: str,
    *,
    subject: str,
    member: int,
    template: str,
    path: str,
    context: dict[str, Any] | None = None,
) -> None:
    """Tell ``member`` (her key) once that ``what`` happened to ``subject``; again adds nothing.

    ``template`` is ``<app>/<name>`` of ``templates/<app>/inbox/<name>.txt``, which is the line under
    the bell and in the mail alike; ``path`` is where it leads. In the caller's transaction. Two
    queries more than the item itself.
    """
    her = Member.objects.filter(pk=member)
    context = context or {}
    run = inbox.notify(
        what,
        subject=subject,
        members=preferences.wanting(her, kind=ANSWER, channel=APP),
        template=template,
        context=context,
        path=path,
    )
    by_mail = preferences.wanting(her, kind=ANSWER, channel=EMAIL).exclude(email=None).first()
    if by_mail is not None:
        app, _slash, name = template.partition("/")
        mail.queue(
            "community/answered",
            key=f"{run.public_id}:{member}:email",
            to=by_mail,
            kind=ANSWER,
            context=context
            | {"line": f"{app}/inbox/{name}.txt", "address": f"{settings.BASE_URL}{path}"},
        )
