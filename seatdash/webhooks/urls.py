"""The addresses below /o/<org>/ that are about webhooks."""

from django.urls import path

from seatdash.webhooks import views

ONE = "settings/webhooks/<uuid:endpoint_id>"

urlpatterns = [
    path("settings/webhooks/", views.webhooks, name="webhooks"),
    path("settings/webhooks/new/", views.new_webhook, name="new-webhook"),
    path(f"{ONE}/", views.webhook, name="webhook"),
    path(f"{ONE}/change/", views.change_webhook, name="change-webhook"),
    path(f"{ONE}/pause/", views.pause_webhook, name="pause-webhook"),
    path(f"{ONE}/resume/", views.resume_webhook, name="resume-webhook"),
    path(f"{ONE}/secret/", views.webhook_secret, name="webhook-secret"),
    path(f"{ONE}/secret/replace/", views.renew_webhook_secret, name="renew-webhook-secret"),
    path(f"{ONE}/delete/", views.delete_webhook, name="delete-webhook"),
    path(f"{ONE}/test/", views.test_webhook, name="test-webhook"),
    path(f"{ONE}/failed/send/", views.resend_failed, name="resend-failed"),
    path(f"{ONE}/deliveries/<uuid:delivery_id>/", views.delivery, name="delivery"),
    path(f"{ONE}/deliveries/<uuid:delivery_id>/send/", views.resend, name="resend"),
]
