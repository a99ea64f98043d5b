"""The style guide: every component in every state, and what must not break them."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe

from community import access
from community.assets import icon_names

COLOURS = (
    "bg surface sunk ink ink-2 ink-3 primary primary-soft gold gold-soft ok-soft warn-soft danger "
    "danger-soft info-soft line line-strong focus exit"
).split()

# What people really paste, and what rows really hold.
STRESS = {
    "long_name": "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewis",
    "long_zh": "欧阳春晓与她的小镇广播站" + "没有人听完过的深夜节目单" * 4,
    "long_city": "黔东南苗族侗族自治州与大理白族自治州之间没有名字的山坳里的村子第三家院子",
    "right_to_left": "مرحبا بكم في هذا المكان",
    "override": "txt.\u202eexe",
    "zero_width": "阿\u200b\u200d禾\ufeff",
    "nothing": "\u200b\u2060",
    "number": 9_876_543,
    "number_text": "9876543",
    "money": "¥9,876,543.00",
    "address": "https://example.org/" + "a" * 120,
}


PLACES = [
    (gettext_lazy("Today"), "today"),
    (gettext_lazy("Spaces"), "community"),
    (gettext_lazy("People"), "people"),
    (gettext_lazy("Work"), "work"),
    (gettext_lazy("Me"), "me"),
]


class SampleForm(forms.Form):
    """Every kind of field there is."""

    name = forms.CharField(max_length=60)
    email = forms.EmailField()
    line = forms.CharField(
        widget=forms.Textarea(attrs={"class": "textarea--voice", "rows": 2, "data-count": "60"})
    )
    code = forms.CharField(
        widget=forms.TextInput(
            attrs={"class": "otp", "inputmode": "numeric", "autocomplete": "one-time-code"}
        )
    )
    city = forms.ChoiceField(choices=[("dali", "大理州"), ("kunming", "昆明市")])
    why = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "chip-set"})
    )
    seen_by = forms.ChoiceField(widget=forms.RadioSelect)
    helps = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    shared = forms.BooleanField(required=False)
    on = forms.DateField(
        required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    places = forms.IntegerField(required=False, min_value=1)
    picture = forms.FileField(required=False)
    locked = forms.CharField(required=False, disabled=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "name": _("What people call you"),
            "email": _("E-mail"),
            "line": _("Yourself in one sentence"),
            "code": _("6-digit code"),
            "city": _("City"),
            "why": _("Why you are here"),
            "seen_by": _("Who may see it"),
            "helps": _("What you can help with"),
            "shared": _("This is a shared device"),
            "on": _("First day"),
            "places": _("Places"),
            "picture": _("Picture"),
            "locked": _("Sent, so it cannot be changed"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
        self.fields["name"].help_text = _("Everybody will use this name for you.")
        self.fields["shared"].help_text = _("You are signed out when the browser closes.")
        self.fields["why"].choices = [
            ("change", _("A new direction")),
            ("people", _("People to do it with")),
            ("craft", _("A craft")),
            ("listen", _("Somebody to talk to while I sit in hospital with my parents")),
        ]
        self.fields["seen_by"].choices = [
            ("space", _("People of this space")),
            ("camp", _("Only my camp")),
        ]
        self.fields["helps"].choices = [("cook", _("Cooking")), ("move", _("Moving house"))]

    def clean(self) -> dict[str, Any] | None:
        if self.errors:
            self.add_error(None, _("Nothing was sent yet."))
        return super().clean()

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name == "阿禾":
            raise forms.ValidationError(
                _("“%(name)s” is taken; try %(other)s."),
                params={"name": name, "other": "禾一"},
            )
        return name


def guide_context() -> dict[str, Any]:
    """What the components that take lists are shown with."""
    filled = {
        "name": "阿禾在大理",
        "line": "停下来的第 9 个月，学会了剪第一条片子",
        "code": "482913",
        "city": "dali",
        "why": ["change", "people"],
        "seen_by": "space",
        "helps": ["cook"],
        "shared": True,
        "on": "2026-06-09",
        "places": 12,
    }
    wrong = SampleForm(filled | {"name": "阿禾", "email": "ahe@", "seen_by": ""})
    wrong.is_valid()
    done = [(day, "pit" if day == 4 else "done") for day in range(1, 10)]
    return {
        "icons": sorted(icon_names()),
        "colours": COLOURS,
        "nothing": [],
        "names": ["阿禾", "林姐", "岚", "小满", "Ada", "石头"],
        "sample": {"get_full_name": "小桃", "handle": "xiaotao", "is_authenticated": True},
        "places": [
            {"label": label, "icon": icon, "url": "#frame", "current": index == 0}
            for index, (label, icon) in enumerate(PLACES)
        ],
        "more_places": [{"label": _("Rules"), "url": "#frame", "current": True}],
        "huge": [(STRESS["long_name"], 9_876_543), (STRESS["long_city"], 0.5), ("", -3)],
        "form": SampleForm(initial=filled, prefix="good"),
        "wrong": wrong,
        "days": [*done, (10, "today"), *((day, "") for day in range(11, 15))],
        "steps": [
            {"label": _("1 Basics"), "state": "done", "href": "#form"},
            {"label": _("2 One sentence"), "state": "current", "href": ""},
            {"label": _("3 Proud of"), "state": "", "href": "#form"},
            {"label": _("4 Give and need"), "state": "", "href": ""},
        ],
        "week": [WEEKDAYS_ABBR[day] for day in range(7)],
        "phases": [
            (pgettext("phase of a camp", "Preparation"), "done"),
            (pgettext("phase of a camp", "Course"), "current"),
            (pgettext("phase of a camp", "Closing"), ""),
        ],
        "months": [("1", 480), ("2", 620), ("3", 0), ("4", 880), ("5", 1000)],
        "directions": [
            (_("Writing"), 41),
            (_("Video"), 28),
            (_("Farming and everything that goes with a homestay in the hills"), 12),
            (_("Undecided"), 7),
        ],
        "page_two": Paginator(range(95), 20).page(2),
        "announcement": (
            "早上好，今天是 D3。\n\n今天只做一件事：\n把昨天的片子剪掉一半。\n\n"
            "课：节奏，12 分钟\nhttps://example.org/l/3\n\n打卡：20:00 前\n"
            "https://example.org/c/3\n\n剪不动就先停，喝口水。"
        ),
    }


@access.public
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in every state, and what must not break it. No query."""
    return render(request, "community/styleguide.html", guide_context() | {"stress": STRESS})
