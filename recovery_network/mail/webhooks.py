"""Where the mail provider tells of bounces, if one is set; django-anymail checks its secret and reads its dialect."""

from django.conf import settings
from django.urls import URLPattern, path
from django.utils.module_loading import import_string

VIEWS = {
    "brevo": "anymail.webhooks.brevo.BrevoTrackingWebhookView",
    "mailgun": "anymail.webhooks.mailgun.MailgunTrackingWebhookView",
    "mailjet": "anymail.webhooks.mailjet.MailjetTrackingWebhookView",
    "postmark": "anymail.webhooks.postmark.PostmarkTrackingWebhookView",
    "sendgrid": "anymail.webhooks.sendgrid.SendGridTrackingWebhookView",
    "sparkpost": "anymail.webhooks.sparkpost.SparkPostTrackingWebhookView",
}


def patterns() -> list[URLPattern]:
    if not settings.MAIL_PROVIDER:
        return []
    view = import_string(VIEWS[settings.MAIL_PROVIDER])
    return [path("post/meldinger/", view.as_view(), name="mail_reports")]
