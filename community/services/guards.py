"""What must be in place before anything is served: readable fields, and tables that keep their
rows. Asked by ``manage.py up``, by ``check --database default``, by ``/readyz/`` and by doctor."""

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from community.errors import DomainError
from community.services import field_keys
from community.trust import triggers


def problems() -> dict[str, str]:
    """Short name -> sentence of everything that is not in place. About four queries."""
    found = {}
    if missing := triggers.missing():
        found["triggers"] = _(
            "The database would let recorded deeds be changed: %(names)s is missing. "
            "Run manage.py install_triggers."
        ) % {"names": ", ".join(missing)}
    try:
        lost = field_keys.prove()
    except ImproperlyConfigured as error:
        found["field_keys"] = str(error)
    else:
        if lost:
            found["field_keys"] = _(
                "Protected fields were sealed with key %(ids)s, which is not among the keys of "
                "this process. Put it back (FIELD_KEYS, or the file field.keys in the key folder, "
                "or a backup made with --with-keys); without it they cannot be read."
            ) % {"ids": ", ".join(lost)}
    return found


def check() -> None:
    """Raise DomainError with all sentences unless everything is in place."""
    if found := problems():
        raise DomainError(" ".join(found.values()))
