from django.urls import path

from registrations import views

urlpatterns = [
    path("arrangementer/<slug:slug>/pamelding/", views.register, name="register"),
    path("arrangementer/<slug:slug>/kvittering/<slug:key>/", views.receipt, name="receipt"),
    path("pamelding/", views.lost_link, name="lost_link"),
    path("pamelding/sendt/", views.lost_link_sent, name="lost_link_sent"),
    path("pamelding/<slug:key>/", views.manage, name="manage"),
    path("pamelding/<slug:key>/kalender.ics", views.manage_calendar, name="manage_calendar"),
    path("pamelding/<slug:key>/avmeld/", views.manage_cancel, name="manage_cancel"),
    path("venteliste/<slug:key>/", views.offer, name="offer"),
]
