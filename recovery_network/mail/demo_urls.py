"""The demo's mailbox. Nothing of it exists outside the demo."""

from django.urls import path

from recovery_network.mail import views

urlpatterns = [
    path("", views.demo_mail, name="demo_mail"),
    path("<slug:name>/", views.demo_mail_letter, name="demo_mail_letter"),
    path("<slug:name>/html/", views.demo_mail_html, name="demo_mail_html"),
    path("<slug:name>/vedlegg/<int:number>/", views.demo_mail_file, name="demo_mail_file"),
]
