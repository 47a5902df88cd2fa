from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import URLPattern, URLResolver, include, path
from django.views.static import serve

from conferences.sitemaps import ConferenceSitemap, PageSitemap
from conferences.views import calendar
from network.sitemaps import ArticleSitemap, HubSitemap, OrganisationSitemap, ResourceSitemap
from programme.sitemaps import ProgrammeSitemap, SessionSitemap, SpeakerSitemap
from recovery_network import views
from recovery_network.mail import webhooks

SITEMAPS = {
    "pages": PageSitemap,
    "conferences": ConferenceSitemap,
    "programmes": ProgrammeSitemap,
    "sessions": SessionSitemap,
    "speakers": SpeakerSitemap,
    "articles": ArticleSitemap,
    "resources": ResourceSitemap,
    "organisations": OrganisationSitemap,
    "hubs": HubSitemap,
}

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.healthz, name="healthz"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
]
if settings.DEMO:
    urlpatterns += [
        path("demo/post/", include("recovery_network.mail.demo_urls")),
        # In production the web server in front serves them (docs/operations.md).
        path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}),
    ]

urlpatterns += webhooks.patterns()

urlpatterns += i18n_patterns(
    path("", views.home, name="home"),
    path("kalender.ics", calendar, name="calendar"),
    path("arrangementer/", include("conferences.urls")),
    path("arrangementer/", include("programme.urls")),
    path("", include("programme.contributor_urls")),
    path("nyhetsbrev/", include("newsletter.urls")),
    path("", include("registrations.urls")),
    path("undersokelser/", include("surveys.urls")),
    path("", include("membership.urls")),
    path("", include("network.urls")),
    path("", include("recovery_network.privacy.own_urls")),
    path("personvern/", include("recovery_network.privacy.urls")),
    path("sok/", include("recovery_network.search.urls")),
    path("vilkar/", views.terms, name="terms"),
    path("tilgjengelighet/", views.accessibility, name="accessibility"),
    path("kontakt/", views.contact, name="contact"),
    path("kontakt/takk/", views.letter_sent, name="letter_sent"),
    path("konto/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    prefix_default_language=False,
)

handler400 = "recovery_network.views.bad_request"
handler403 = "recovery_network.views.forbidden"
handler404 = "recovery_network.views.not_found"
handler500 = "recovery_network.views.server_error"
