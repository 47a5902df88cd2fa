from django.urls import path

from tooling.benchmark.bare import views

urlpatterns = [
    path("", views.page),
    path("register/", views.register),
    path("answer/", views.answer),
    path("thanks/", views.thanks, name="thanks"),
    path("receipt/<str:key>/", views.receipt, name="receipt"),
]
