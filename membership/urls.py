from django.urls import path

from membership.forms import JoinOrganisationForm
from membership.views import joining

urlpatterns = [
    path("nettverket/bli-med/", joining.choose, name="join_choose"),
    path("nettverket/bli-med/person/", joining.join, name="join"),
    path(
        "nettverket/bli-med/organisasjon/",
        joining.join,
        {"form_class": JoinOrganisationForm},
        name="join_organisation",
    ),
    path("nettverket/bli-med/sendt/", joining.join_sent, name="join_sent"),
    path("nettverket/bli-med/<slug:key>/", joining.confirm, name="membership_confirm"),
    path("nettverket/medlemmer/", joining.members, name="members"),
    path("nettverket/medlemskap/avsluttet/", joining.membership_left, name="membership_left"),
    path("nettverket/medlemskap/<slug:key>/", joining.membership, name="membership"),
    path(
        "nettverket/medlemskap/<slug:key>/meld-ut/",
        joining.membership_leave,
        name="membership_leave",
    ),
]
