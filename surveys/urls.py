from django.urls import path

from surveys import views

urlpatterns = [
    path("", views.survey_list, name="survey_list"),
    path("svar/<slug:key>/", views.link, name="survey_link"),
    path("svar/<slug:key>/takk/", views.link_thanks, name="survey_link_thanks"),
    path("avmeld/<slug:key>/", views.opt_out, name="survey_opt_out"),
    path("<slug:slug>/", views.survey, name="survey"),
    path("<slug:slug>/resultater/", views.results, name="survey_results"),
    path("<slug:slug>/takk/", views.thanks, name="survey_thanks"),
]
