from django.urls import path

from programme.views import portal, speakers

urlpatterns = [
    path("innledere/", speakers.speaker_list, name="speakers"),
    path("innledere/<slug:address>/", speakers.speaker_detail, name="speaker"),
    path("bidrag/<slug:key>/", portal.portal, name="portal"),
    path("bidrag/<slug:key>/om-deg/", portal.portal_profile, name="portal_profile"),
    path("bidrag/<slug:key>/bilde/", portal.portal_picture, name="portal_picture"),
    path("bidrag/<slug:key>/behov/", portal.portal_need, name="portal_need"),
    path("bidrag/<slug:key>/okt/<slug:session>/", portal.portal_talk, name="portal_talk"),
]
