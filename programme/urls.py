from django.urls import path

from programme import views

urlpatterns = [
    path("<slug:slug>/program/", views.programme, name="programme"),
    path("<slug:slug>/program.ics", views.programme_ics, name="programme_ics"),
    path("<slug:slug>/program.xml", views.programme_xml, name="programme_xml"),
    path("<slug:slug>/program.json", views.programme_json, name="programme_json"),
    path("<slug:slug>/program.pdf", views.programme_pdf, name="programme_pdf"),
    path("<slug:slug>/materiell/<slug:key>/", views.material, name="material"),
    path("<slug:slug>/program/<slug:key>/", views.session_detail, name="session_detail"),
]
