"""The learners of a camp, and everything the staff know of one of them on one card."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cohorts.forms.care import ContactForm
from cohorts.models import ContactNote, Enrolment
from cohorts.services import learners, staff_room
from cohorts.views.care import STAFF, enrolment_for
from cohorts.views.scope import camp_for
from community import access, pages
from community.services import highlights
from community.views.profile import unlisted

LONGEST_SEARCH = 60
CONTACTS = 30
State = Enrolment.State
# What the tabs of the list are called, and whom each shows.
TABS = {
    "": (_("Learning"), (State.ACTIVE, State.GRADUATED)),
    "paused": (_("Paused"), (State.PAUSED,)),
    "left": (_("Left"), (State.LEFT,)),
}


@access.requires(STAFF)
@require_safe
def learner_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Who learns here, who came first on top; found by name. Three queries, whatever their number."""
    camp = camp_for(request, STAFF, slug)
    words = request.GET.get("q", "")[:LONGEST_SEARCH].replace("\0", "")
    state = request.GET.get("state", "")
    state = state if state in TABS else ""
    rows = learners.named(learners.of(camp).filter(state__in=TABS[state][1]), words)
    page = pages.page(
        learners.with_last_contact(rows), by="enrolled_at", cursor=request.GET.get("after", "")
    )
    days = learners.standing_days(camp, page.rows)
    context = {
        "camp": camp,
        "page": page,
        "rows": [(row, days[row.pk]) for row in page.rows],
        "words": words,
        "state": state,
        "tabs": [(name, label) for name, (label, _states) in TABS.items()],
        "query": urlencode({k: v for k, v in {"q": words, "state": state}.items() if v}),
        "may_lead": request.user.has_perm("cohorts.lead_camp", camp),
    }
    return unlisted(render(request, "cohorts/learners.html", context))


@access.requires(STAFF)
@require_safe
def learner(request: HttpRequest, slug: str, handle: str) -> HttpResponse:
    """Her card: what she said about herself and wants here, what she handed in, who spoke with
    her, what the staff noted, and what is starred. Eight queries."""
    camp = camp_for(request, STAFF, slug)
    row = enrolment_for(camp, handle)
    check_ins = learners.check_ins_of(row)
    days = learners.days_from(camp, row, [(c.day, c.kind, c.made_up) for c in check_ins])
    spoken = ContactNote.objects.filter(enrolment=row).select_related("by")
    introduction = getattr(row.member, "introduction", None)
    starred = highlights.starred_of(camp.room, row.member)
    context = {
        "camp": camp,
        "starred": starred,
        "intro_is_starred": introduction is not None and introduction.public_id in starred,
        "enrolment": row,
        "told": learners.told(camp, [row], request.user)[row.pk],
        "days": days,
        "dots": learners.dots_of(days),
        "check_ins": check_ins,
        "contacts": spoken[:CONTACTS],
        "notes": staff_room.notes_about(row)[:CONTACTS],
        "form": ContactForm(auto_id="spoken-%s"),
        "channels": ContactNote.Channel.choices,
        "may_lead": request.user.has_perm("cohorts.lead_camp", camp),
    }
    return unlisted(render(request, "cohorts/learner.html", context))
