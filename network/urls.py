from django.urls import path

from network.views import address, directory, library, my_page, news

urlpatterns = [
    path("nettverket/", directory.network, name="network"),
    path("nettverket/styringsgruppen/", directory.steering_group, name="steering_group"),
    path("nettverket/organisasjoner/", directory.organisation_list, name="organisation_list"),
    path(
        "nettverket/organisasjoner/<slug:slug>/",
        directory.organisation_detail,
        name="organisation_detail",
    ),
    path("nettverket/knutepunkt/<slug:slug>/", directory.hub, name="hub"),
    path("aktuelt/", news.article_list, name="article_list"),
    path("aktuelt/feed/", news.article_feed, name="article_feed"),
    path("aktuelt/utkast/<slug:key>/", news.article_preview, name="article_preview"),
    path("aktuelt/<slug:slug>/", news.article, name="article"),
    path("bibliotek/", library.library, name="library"),
    path("bibliotek/serie/<slug:slug>/", library.resource_series, name="resource_series"),
    path("bibliotek/<slug:slug>/", library.resource, name="resource"),
    path("bibliotek/<slug:slug>/fil/", library.resource_file, name="resource_file"),
    # In the stead of allauth's page of the same name.
    path(
        "konto/confirm-email/<str:key>/",
        address.ConfirmAddress.as_view(),
        name="account_confirm_email",
    ),
    path("min-side/", my_page.page, name="my_page"),
    path("min-side/sprak/", my_page.language, name="my_page_language"),
    path("min-side/logg-ut-andre/", my_page.sign_out_elsewhere, name="sign_out_elsewhere"),
    path("min-side/nokler/ny/", my_page.AddKey.as_view(), name="add_key"),
    path("min-side/nokler/<int:number>/fjern/", my_page.remove_key, name="remove_key"),
]
