from django.urls import path

from registrations.views import (
    adding,
    cancelling,
    certificates,
    changing,
    handing_over,
    links,
    managing,
    materials,
    naming_seats,
    needing,
    offering,
    parties,
    registering,
    workshops,
)

urlpatterns = [
    path("arrangementer/<slug:slug>/pamelding/", registering.register, name="register"),
    path(
        "arrangementer/<slug:slug>/pamelding/<slug:key>/",
        registering.register_invited,
        name="register_invited",
    ),
    path("arrangementer/<slug:slug>/kvittering/<slug:key>/", registering.receipt, name="receipt"),
    path("pamelding/", links.lost_link, name="lost_link"),
    path("pamelding/sendt/", links.lost_link_sent, name="lost_link_sent"),
    path("pamelding/gruppe/<slug:key>/", parties.party, name="party"),
    path("pamelding/gruppe/<slug:key>/flere/", adding.party_add, name="party_add"),
    path("pamelding/gruppe/<slug:key>/avmeld/", cancelling.party_cancel, name="party_cancel"),
    path("pamelding/gruppe/<slug:key>/utskrift/", parties.slips, name="party_slips"),
    path("pamelding/adresse/<slug:token>/", changing.use_address, name="use_address"),
    path("pamelding/<slug:key>/", managing.manage, name="manage"),
    path("pamelding/<slug:key>/kalender.ics", managing.manage_calendar, name="manage_calendar"),
    path(
        "pamelding/<slug:key>/deltakerbevis.pdf",
        certificates.manage_certificate,
        name="manage_certificate",
    ),
    path("pamelding/<slug:key>/avmeld/", cancelling.manage_cancel, name="manage_cancel"),
    path(
        "pamelding/<slug:key>/materiell/<slug:material>/",
        materials.manage_material,
        name="manage_material",
    ),
    path("pamelding/<slug:key>/navn/", naming_seats.manage_name, name="manage_name"),
    path("pamelding/<slug:key>/endre/", changing.manage_change, name="manage_change"),
    path(
        "pamelding/<slug:key>/gi-videre/",
        handing_over.manage_hand_over,
        name="manage_hand_over",
    ),
    path("pamelding/<slug:key>/behov/", needing.manage_needs, name="manage_needs"),
    path("pamelding/<slug:key>/angre/", handing_over.manage_take_back, name="manage_take_back"),
    path("pamelding/<slug:key>/workshop/", workshops.workshops_page, name="workshops"),
    path(
        "pamelding/<slug:key>/workshop/<slug:workshop>/", workshops.change, name="workshop_change"
    ),
    path(
        "pamelding/<slug:key>/workshop/<slug:workshop>/forlat/",
        workshops.leave,
        name="workshop_leave",
    ),
    path("pamelding/<slug:key>/program/", workshops.my_programme, name="my_programme"),
    path("pamelding/<slug:key>/program.ics", workshops.my_programme_ics, name="my_programme_ics"),
    path("venteliste/<slug:key>/", offering.offer, name="offer"),
]
