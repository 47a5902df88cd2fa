from django.urls import path

from recovery_network.privacy import views

urlpatterns = [
    path("min-side/opplysninger/", views.own_data, name="own_data"),
    path("min-side/opplysninger.json", views.own_data_json, name="own_data_json"),
    path("min-side/slett/", views.erase, name="erase"),
    path("innsyn/", views.ask, name="ask_own_data"),
    path("innsyn/sendt/", views.asked, name="asked_own_data"),
    path("innsyn/slettet/", views.erased, name="erased"),
    path("innsyn/<slug:token>/", views.own_data, name="own_data_by_link"),
    path(
        "innsyn/<slug:token>/opplysninger.json", views.own_data_json, name="own_data_json_by_link"
    ),
    path("innsyn/<slug:token>/slett/", views.erase, name="erase_by_link"),
]
