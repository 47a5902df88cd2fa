from django.urls import path

from recovery_network.search import views

urlpatterns = [path("", views.search, name="search")]
