from django.urls import path

from registrations import views

urlpatterns = [
    path("arrangementer/<slug:slug>/pamelding/", views.register, name="register"),
    path("arrangementer/<slug:slug>/kvittering/<str:key>/", views.receipt, name="receipt"),
    path("pamelding/", views.lost_link, name="lost_link"),
    path("pamelding/<str:key>/", views.manage, name="manage"),
    path("pamelding/<str:key>/avmeld/", views.manage_cancel, name="manage_cancel"),
    path("pamelding/<str:key>/kalender.ics", views.manage_calendar, name="manage_calendar"),
    path("venteliste/<str:key>/", views.offer, name="offer"),
]
