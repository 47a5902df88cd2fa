import uuid
from typing import ClassVar

from django.db import models


class Booking(models.Model):
    email = models.EmailField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["Booking"]] = models.Manager()


class Registration(models.Model):
    booking = models.ForeignKey(Booking, models.CASCADE)
    name = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=40, unique=True)

    objects: ClassVar[models.Manager["Registration"]] = models.Manager()


class Mail(models.Model):
    registration = models.ForeignKey(Registration, models.CASCADE)
    subject = models.CharField(max_length=200)
    text = models.TextField()

    objects: ClassVar[models.Manager["Mail"]] = models.Manager()


class Answer(models.Model):
    """As large as a sealed answer to the survey that is measured."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    content = models.BinaryField()

    objects: ClassVar[models.Manager["Answer"]] = models.Manager()
