"""Telling a member by mail that the ways into her account have changed."""

from community.models import Member
from community.models.ids import new_public_id
from community.services import mail


def queue(member: Member, what: str) -> None:
    """Queue the mail; ``what`` is a case of the template ``account_notice``. One INSERT.

    It goes to the member as she is: after a change of address that is the new one, so the caller
    who changes an address writes to the old one with ``queue_to_old_address``. Somebody without an
    address gets none.
    """
    if not member.email:
        return
    mail.queue(
        "community/account_notice",
        key=f"account-notice:{new_public_id()}",
        to=member,
        context={"what": what},
        urgent=True,
        even_if_suspended=True,
    )


def queue_to_old_address(address: str, locale: str) -> None:
    """Say at the old address that it is the account's no longer. One INSERT."""
    mail.queue(
        "community/account_notice",
        key=f"account-notice:{new_public_id()}",
        address=address,
        locale=locale,
        context={"what": "email_changed"},
        urgent=True,
    )
