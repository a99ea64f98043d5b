"""Bringing a template in: the file, and what its words for roles mean."""

import base64

from django import forms
from django.core import signing
from django.utils.text import slugify
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from cohorts.models import StepRole
from cohorts.services.templates.document import LARGEST
from community.errors import DomainError
from community.models import Space

SALT = "cohorts.sheet"
LARGEST_SHEET = 400 * 1024
YAML_ENDINGS = (".yaml", ".yml")


class TemplateFileForm(forms.Form):
    """A YAML file with a whole template, or a spreadsheet with its steps."""

    file = forms.FileField(
        label=_("The file"),
        help_text=_(
            "A template as YAML, or a list of steps as CSV or XLSX with the columns 步骤 and 时间 "
            "(step and when). You see what was understood before anything is kept."
        ),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.csv,.tsv,.txt,.xlsx"}),
        allow_empty_file=True,
        error_messages={"required": _("Choose the file with the template.")},
    )
    space = forms.ModelChoiceField(
        label=_("For which space"), queryset=Space.objects.none(), empty_label=None
    )

    def __init__(self, *args, spaces, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["space"].queryset = spaces

    @property
    def is_sheet(self) -> bool:
        return not self.cleaned_data["file"].name.lower().endswith(YAML_ENDINGS)

    def read(self) -> tuple[str, bytes]:
        """(name, bytes). Raises DomainError for a file that is too large; that one is not read."""
        file = self.cleaned_data["file"]
        largest = LARGEST_SHEET if self.is_sheet else LARGEST
        if file.size > largest:
            raise DomainError(
                _g("The file has %(size)d KB; %(most)d KB are the most.")
                % {"size": file.size // 1024 + 1, "most": largest // 1024},
                field="file",
            )
        return file.name, file.read()


class SheetForm(forms.Form):
    """The preview's own form: the sheet itself, signed, so that what is published is what was
    seen; a name for the template; and a role for each word that nobody has mapped yet."""

    sheet = forms.CharField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Name of the template"), max_length=80)

    def __init__(self, *args, unknown=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.words = list(unknown)
        choices = [("", _("Leave these rows out")), *StepRole.choices]
        for number, word in enumerate(self.words):
            self.fields[f"role_{number}"] = forms.ChoiceField(
                label=_g("Who is “%(word)s”?") % {"word": word},
                choices=choices,
                required=False,
                initial=StepRole.ASSISTANT,
            )

    def roles(self) -> dict[str, str]:
        """Word → role, "" for one whose rows are left out."""
        return {word: self.cleaned_data[f"role_{number}"] for number, word in enumerate(self.words)}

    def key(self) -> str:
        """From the title, or from the sheet's own content where the title has no Latin letters."""
        return slugify(self.cleaned_data["title"])[:40].strip("-") or "sheet"


def seal(space: Space, name: str, data: bytes) -> str:
    """A sheet as text for a hidden field; whoever changes it is refused."""
    held = {"space": space.pk, "name": name, "data": base64.b64encode(data).decode()}
    return signing.dumps(held, salt=SALT, compress=True)


def unseal(text: str) -> tuple[int, str, bytes]:
    """(key of the space, name, bytes). Raises DomainError for what is no sheet of ours."""
    try:
        held = signing.loads(text, salt=SALT, max_age=24 * 3600)
    except signing.BadSignature as error:
        raise DomainError(
            _g("This preview is too old. Choose the file again."), field="file"
        ) from error
    return held["space"], held["name"], base64.b64decode(held["data"])
