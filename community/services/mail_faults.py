"""What is wrong with a mail account, in words for the operator, and how the accounts stand."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from community import channels, clock
from community.channels import Sender
from community.models import MailAccount, MailCount
from community.services.mail_accounts import DAY

Fault = MailAccount.Fault


@dataclass(frozen=True)
class Standing:
    """One account: what is wrong with it (``sentence``, empty if nothing) and what to do, and how
    many mails it has begun in this hour and in 24 hours; None where no limit counts them."""

    sender: Sender
    account: MailAccount | None
    sentence: str
    todo: str
    this_hour: int | None
    this_day: int | None


def standings() -> list[Standing]:
    """All accounts of the settings, in their order. One query, and one more where there are
    limits."""
    senders = channels.all_senders()
    faulty = {row.address: row for row in MailAccount.objects.exclude(fault="")}
    counts = _counts([sender for sender in senders if sender.per_hour or sender.per_day])
    found = []
    for sender in senders:
        account = faulty.get(sender.address)
        sentence, todo = words(sender, account.fault, account.said) if account else ("", "")
        hour, day = counts.get(sender.address, (None, None))
        found.append(Standing(sender, account, sentence, todo, hour, day))
    return found


def _counts(senders: list[Sender]) -> dict[str, tuple[int, int]]:
    if not senders:
        return {}
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    found = {sender.address: (0, 0) for sender in senders}
    names = {f"from:{address}": address for address in found}
    for row in MailCount.objects.filter(name__in=names, hour__gt=hour - DAY):
        address = names[row.name]
        now, day = found[address]
        found[address] = (now + row.count * (row.hour == hour), day + row.count)
    return found


def words(sender: Sender, fault: str, said: str) -> tuple[str, str]:
    """(what is so, what to do about it), in the language that is active now. Pure."""
    about = {
        "server": f"{sender.host}:{sender.port}",
        "host": sender.host,
        "setting": sender.setting,
        "address": sender.address,
    }
    sentence, todo = _words(fault)
    told = sentence % about
    if said:
        told = _("%(sentence)s It says: %(said)s") % {"sentence": told, "said": said}
    return told, todo % about


def _words(fault: str) -> tuple[str, str]:
    other = _("Look at the log of the worker; the way out is tried again by itself.")
    return {
        Fault.PASSWORD: (
            _("The mail server %(server)s does not accept the user name or password."),
            _(
                "Correct them in %(setting)s. Many providers want an authorisation code, which "
                "their own settings page makes, instead of the password you sign in with."
            ),
        ),
        Fault.NO_TLS: (
            _("The mail server %(server)s refuses the kind of encryption that is set."),
            _(
                "Use port 465 with encryption from the start, or port 587 with STARTTLS, in "
                "%(setting)s."
            ),
        ),
        Fault.CERTIFICATE: (
            _("The mail server %(server)s shows a certificate that cannot be trusted."),
            _("Check the host name in %(setting)s and the clock of this machine."),
        ),
        Fault.UNKNOWN_HOST: (
            _("There is no mail server of the name %(host)s."),
            _("Check its spelling in %(setting)s, and whether this machine can resolve names."),
        ),
        Fault.UNREACHABLE: (
            _("The mail server %(server)s cannot be reached."),
            _("Check host and port in %(setting)s; the usual ports are 465 and 587."),
        ),
        Fault.SILENT: (
            _("The mail server %(server)s does not answer."),
            _(
                "Check the port in %(setting)s, and whether the network of this machine lets it "
                "out: many clouds close port 25 and some close others."
            ),
        ),
        Fault.BROKEN_OFF: (
            _("The mail server %(server)s hangs up before it takes anything."),
            _(
                "Check that port and encryption in %(setting)s belong together. If they do, it may "
                "not like this machine's address: ask the provider."
            ),
        ),
        Fault.NOT_ITS_OWN: (
            _("The mail server %(server)s does not let this account send as %(address)s."),
            _("Set the sender's address to the account's own, or allow it at the provider."),
        ),
        Fault.CLOSING: (
            _("The mail server %(server)s takes nothing for now."),
            _(
                "It is tried again by itself. If it comes back, set limits for an hour and a day "
                "that are below the provider's."
            ),
        ),
    }.get(fault, (_("No mail goes out by %(server)s."), other))  # type: ignore[call-overload]


def sends_nothing() -> bool:
    """Whether mail is written into files instead."""
    return not settings.EMAIL_SENDERS and settings.EMAIL_URL.scheme == "mailbox"
