"""Pictures of people, shown to those who may see them and kept by nobody in between."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from community import access
from community.models import Upload

FRESH_SECONDS = 300


@access.requires("community.see_upload")
@require_safe
def upload_file(request: HttpRequest, upload: str) -> HttpResponse:
    """The bytes of one picture. Its own browser keeps it for five minutes, then asks again."""
    found = access.get_permitted(
        request,
        Upload.objects.visible_to(request.user),
        "community.see_upload",
        public_id=upload,
    )
    tag = f'"{found.sha256[:32]}"'
    response = get_conditional_response(request, etag=tag) or _bytes_of(found)
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = f"private, max-age={FRESH_SECONDS}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Opened as a page of its own, it may do nothing at all.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _bytes_of(upload: Upload) -> HttpResponse:
    try:
        body = upload.path.read_bytes()
    except FileNotFoundError as error:
        raise Http404(f"The file of upload {upload.public_id} is not on the disk.") from error
    name = f"{upload.kind}-{upload.public_id}.jpg"
    return HttpResponse(
        body,
        content_type=upload.content_type,
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )
