"""Templates of camps: read them, try a day of them, take them out and bring them in."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cohorts.forms.templates import SheetForm, TemplateFileForm, seal, unseal
from cohorts.models import Phase, StepRole, TemplateVersion
from cohorts.services.templates import bring_in, dump, sheet, trial
from cohorts.services.templates.document import TemplateProblems
from community import access
from community.errors import DomainError
from community.forms.refusal import refuse, status_of
from community.models import Space
from community.services import form_tokens

PARTS = {
    "steps": lambda: _("Steps"),
    "lessons": lambda: _("Lessons"),
    "announcements": lambda: _("Announcements"),
    "scripts": lambda: _("Scripts"),
    "games": lambda: _("Games"),
    "run-sheets": lambda: _("Run sheets"),
    "awards": lambda: _("Awards"),
}


@access.requires("cohorts.see_templates")
@require_safe
def template_list(request: HttpRequest) -> HttpResponse:
    """The newest version of every template she may read. Two queries."""
    access.check(request, "cohorts.see_templates")
    versions = (
        TemplateVersion.objects.visible_to(request.user)
        .newest()
        .select_related("template__space")
        .defer("content")
        .order_by("template__space__name", "title", "pk")
    )
    context = {
        "versions": versions,
        "may_change": request.user.has_perm("cohorts.change_templates"),
    }
    return render(request, "cohorts/template_list.html", context)


@access.requires("cohorts.see_templates")
@require_safe
def template(request: HttpRequest, public_id: str) -> HttpResponse:
    """A version, one part of it at a time. Four queries at most."""
    version = _version_for(request, public_id)
    part = request.GET.get("part", "steps")
    if part not in PARTS:
        raise Http404
    content = version.content
    context = {
        "version": version,
        "part": part,
        "parts": [(name, label()) for name, label in PARTS.items()],
        "rows": content.get(part.replace("-", "_"), []),
        "used": version.runs.active().count(),
    }
    if part == "steps":
        steps = list(version.steps.defer("how_to", "cautions", "requirement", "done_when"))
        context["phases"] = [
            (label, [step for step in steps if step.phase == phase])
            for phase, label in Phase.choices
        ]
    elif part == "scripts":
        context["rows"] = version.scripts.all()
    elif part == "announcements":
        context["rows"] = [(draft, trial.text_of(draft)) for draft in context["rows"]]
    return render(request, "cohorts/template.html", context)


@access.requires("cohorts.see_templates")
@require_safe
def template_step(request: HttpRequest, public_id: str, key: str) -> HttpResponse:
    """All that a step says. Three queries."""
    version = _version_for(request, public_id)
    step = version.steps.filter(key=key).first()
    if step is None:
        raise Http404
    scripts = {script.key: script for script in version.scripts.filter(key__in=step.scripts)}
    needs = {other.key: other for other in version.steps.filter(key__in=step.needs)}
    context = {
        "version": version,
        "step": step,
        "scripts": [scripts[key] for key in step.scripts if key in scripts],
        "needs": [needs[key] for key in step.needs if key in needs],
    }
    return render(request, "cohorts/template_step.html", context)


@access.requires("cohorts.see_templates")
@require_safe
def template_lesson(request: HttpRequest, public_id: str, day: int) -> HttpResponse:
    """A lesson as it would be read; its Markdown is made safe here, because it was never saved as
    a lesson. One query."""
    version = _version_for(request, public_id)
    for lesson in version.content.get("lessons", []):
        if lesson["day"] == day:
            context = {"version": version, "lesson": trial.lesson_of(lesson)}
            return render(request, "cohorts/template_lesson.html", context)
    raise Http404


@access.requires("cohorts.see_templates")
@require_safe
def template_day(request: HttpRequest, public_id: str, day: str) -> HttpResponse:
    """A trial run: one day as one role would see it. Five queries."""
    version = _version_for(request, public_id)
    days = trial.days_of(version)
    try:
        here = days.index(int(day))
    except ValueError as error:
        raise Http404 from error
    role = request.GET.get("role", "")
    role = role if role in StepRole.values else ""
    number = days[here]
    context = {
        "version": version,
        "day": number,
        "role": role,
        "roles": [("", _("Everybody")), *StepRole.choices],
        "steps": trial.steps_on(version, number, role),
        "announcement": trial.announcement_on(version, number),
        "before": days[here - 1] if here else None,
        "after": days[here + 1] if here + 1 < len(days) else None,
        "phases": trial.phase_states(version, number),
    }
    return render(request, "cohorts/template_day.html", context)


@access.requires("cohorts.see_templates")
@require_safe
def template_export(request: HttpRequest, public_id: str) -> HttpResponse:
    """The version as YAML, the same to the byte each time. Three queries."""
    version = _version_for(request, public_id)
    text = dump.dump(dump.of_version(version))
    name = f"{version.template.key}.{version.template.language}.v{version.number}.yaml"
    return HttpResponse(
        text,
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@access.requires("cohorts.change_templates")
@form_tokens.once
@require_http_methods(["GET", "HEAD", "POST"])
def template_import(request: HttpRequest) -> HttpResponse:
    """A file: YAML is published if nothing is wrong with it, a sheet is shown row by row first."""
    access.check(request, "cohorts.change_templates")
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = TemplateFileForm(*given, spaces=_spaces_of(request))
    problems = []
    if request.method == "POST" and form.is_valid():
        space = form.cleaned_data["space"]
        try:
            name, data = form.read()
            if form.is_sheet:
                return _sheet_preview(request, space, name, data)
            version = bring_in.yaml_file(space=space, by=request.user, name=name, data=data)
        except TemplateProblems as refusal:
            problems = refusal.problems
            form.add_error("file", _("The file cannot be used; nothing was changed."))
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            return _published(request, version)
    context = {"form": form, "problems": problems}
    return render(request, "cohorts/template_import.html", context, status=status_of(form))


@access.requires("cohorts.change_templates")
@form_tokens.once
@require_POST
def template_sheet(request: HttpRequest) -> HttpResponse:
    """Yes to the preview of a sheet: its roles are remembered, its usable rows published."""
    access.check(request, "cohorts.change_templates")
    try:
        key, name, data = unseal(request.POST.get("sheet", ""))
        space = access.get_permitted(
            request, Space.objects.of(request.user), "cohorts.change_templates", pk=key
        )
        read = sheet.read(data, span=None, roles=sheet.words_of(space))
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("cohorts:template_import")
    form = SheetForm(request.POST, unknown=read.unknown_roles)
    if form.is_valid():
        try:
            version = bring_in.sheet_file(
                space=space,
                by=request.user,
                name=name,
                data=data,
                title=form.cleaned_data["title"],
                key=form.key(),
                roles=form.roles(),
            )
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            return _published(request, version)
    return _show_sheet(request, space, name, read, form)


def _sheet_preview(request: HttpRequest, space: Space, name: str, data: bytes) -> HttpResponse:
    read = sheet.read(data, span=None, roles=sheet.words_of(space))
    title = name.rpartition(".")[0][:80]
    form = SheetForm(
        initial={"sheet": seal(space, name, data), "title": title}, unknown=read.unknown_roles
    )
    return _show_sheet(request, space, name, read, form)


def _show_sheet(
    request: HttpRequest, space: Space, name: str, read: sheet.Sheet, form: SheetForm
) -> HttpResponse:
    context = {"space": space, "name": name, "read": read, "form": form}
    return render(request, "cohorts/template_sheet.html", context, status=status_of(form))


def _published(request: HttpRequest, version: TemplateVersion) -> HttpResponse:
    messages.success(
        request,
        _("“%(title)s” is here as version %(number)d.")
        % {"title": version.title, "number": version.number},
    )
    return redirect(version)


def _version_for(request: HttpRequest, public_id: str) -> TemplateVersion:
    reachable = TemplateVersion.objects.visible_to(request.user).select_related("template__space")
    return access.get_permitted(request, reachable, "cohorts.see_templates", public_id=public_id)


def _spaces_of(request: HttpRequest):
    """The spaces that she manages."""
    roles = request.user.standing.spaces
    return Space.objects.filter(
        pk__in=[key for key, role in roles.items() if role in ("owner", "manager")]
    )
