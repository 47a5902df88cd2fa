from django.urls import path

from newsletter.views import archive, subscribing

urlpatterns = [
    path("", subscribing.newsletter, name="newsletter"),
    path("sendt/", subscribing.sent, name="newsletter_sent"),
    path("arkiv/", archive.archive, name="newsletter_archive"),
    path("arkiv/<slug:slug>/", archive.letter, name="newsletter_letter"),
    path("bekreft/<slug:key>/", subscribing.confirm, name="newsletter_confirm"),
    path("valg/<slug:key>/", subscribing.choices, name="newsletter_choices"),
    path("av/<slug:key>/", subscribing.unsubscribe, name="newsletter_unsubscribe"),
]
