"""An invitation into a camp: a link that lets somebody learn in it, without being asked each."""

from django.db import models
from django.urls import reverse

from cohorts.models.camp import Camp
from community.models.invitation import InvitationLink


class CampInvitation(InvitationLink):
    """Into ``camp`` and, with it, its space. The places of the camp are counted besides."""

    camp = models.ForeignKey(Camp, on_delete=models.PROTECT, related_name="invitations")

    class Meta(InvitationLink.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.camp_id}: {self.uses} / {self.max_uses}"

    def get_absolute_url(self) -> str:
        """The link to hand out. Needs the camp with its space."""
        return reverse("cohorts:camp_join", args=[self.camp.space.slug, self.camp.slug, self.code])
