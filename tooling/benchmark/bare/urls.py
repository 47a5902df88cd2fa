from django.urls import path

from tooling.benchmark.bare import views

urlpatterns = [
    path("", views.page),
    path("register/", views.register),
    path("receipt/<str:key>/", views.receipt, name="receipt"),
]
