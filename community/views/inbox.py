"""What a member finds under her bell."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from community import access, pages
from community.services import inbox as service
from community.trust.redirects import local_path


@access.signed_in
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Her items, newest first. One query beyond her standing."""
    page = pages.page(service.items_of(request.user), by="-id", cursor=request.GET.get("after", ""))
    rows = [(item, service.line(item.run)) for item in page.rows]
    newest = page.rows[0].pk if page.rows and page.is_first else None
    context = {"page": page, "rows": rows, "newest": newest}
    return render(request, "community/inbox.html", context)


@access.signed_in
@require_POST
def inbox_open(request: HttpRequest, run: str) -> HttpResponse:
    """Mark an item read and go where it leads. Two queries."""
    item = get_object_or_404(service.items_of(request.user), run__public_id=run)
    service.mark_read(request.user, item.run)
    return redirect(local_path(item.run.path) or "community:inbox")


@access.signed_in
@require_POST
def inbox_read_all(request: HttpRequest) -> HttpResponse:
    """Mark read what she has seen: the items up to the newest of the page she pressed it on."""
    newest = request.POST.get("up_to", "")
    if newest.isascii() and newest.isdigit() and len(newest) < 19:
        service.mark_all_read(request.user, up_to=int(newest))
    return redirect("community:inbox")
