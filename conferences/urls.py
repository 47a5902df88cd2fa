from django.urls import path

from conferences import views

urlpatterns = [
    path("", views.conference_list, name="conference_list"),
    path("feed/", views.feed, name="conference_feed"),
    path("<slug:slug>/", views.conference_detail, name="conference_detail"),
    path("<slug:slug>/praktisk/", views.practical, name="practical"),
    path("<slug:slug>/kalender.ics", views.conference_calendar, name="conference_calendar"),
]
