"""The file of a list of people."""

from django import forms
from django.utils.translation import gettext_lazy as _

from community.services.roster import reading

# Short, because all of them stand next to each other on a phone.
SHOWN = [
    ("", _("All")),
    ("new", _("New")),
    ("changed", _("Changed")),
    ("unchanged", _("Here already")),
    ("same", _("Twice")),
    ("reject", _("Left out")),
    ("warned", _("Warnings")),
    ("reasons", _("With reasons")),
]


class RosterForm(forms.Form):
    """A file of at most ``reading.MAX_BYTES``; what stands in it is the service's business."""

    file = forms.FileField(
        label=_("The list"),
        help_text=_(
            "CSV or XLSX, up to 5 MB. It needs a column 昵称 (nickname); phone, e-mail, city, "
            "occupation, one sentence, what somebody can give or looks for come along if they are "
            "there."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        allow_empty_file=True,
        error_messages={"required": _("Choose the file with the list.")},
    )

    def read(self) -> tuple[str, bytes]:
        """(name, bytes). Raises UnreadableFile for one that is empty or too large; that one is
        not read."""
        file = self.cleaned_data["file"]
        reading.check_size(file.size)
        return file.name, file.read()
