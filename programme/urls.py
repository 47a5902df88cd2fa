from django.urls import path

from programme import views

urlpatterns = [
    path("<slug:slug>/program/", views.programme, name="programme"),
    path("<slug:slug>/program.ics", views.programme_ics, name="programme_ics"),
    path("<slug:slug>/program/<slug:key>/", views.session_detail, name="session_detail"),
]
