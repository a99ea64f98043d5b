"""What lists leave behind about a person, and how it goes when she goes."""

from community.models import Member, MemberPhone, RosterRow


def forget(member: Member) -> None:
    """Erase her phone number, and the nickname and the key she was known by in lists.

    Two queries. The rows stay for the sums of their list and say nothing about anybody.
    """
    MemberPhone.objects.filter(member=member).delete()
    RosterRow.objects.filter(member=member).update(nickname="", fingerprint="", member=None)
