# SPDX-License-Identifier: AGPL-3.0-or-later
"""The index of what can be searched. The words themselves lie in `mail_terms`, which each database keeps its own way.

Everything here can be made anew from the letters (`mazot mail reindex`).
"""

from django.db import models
from django.db.models import Q

from mazot.products.mail.models.stores import Message, Store


class Indexing(models.Model):
    """How far the index of a store has come: what is beyond `upto` is read at each search."""

    store = models.OneToOneField(Store, on_delete=models.CASCADE, primary_key=True, related_name="+")
    upto = models.BigIntegerField(default=0)  # the number of a message
    modseq = models.BigIntegerField(default=0)  # of the store, when nothing was left to index


class Indexed(models.Model):
    """A letter in the index."""

    place = models.BigIntegerField(primary_key=True)  # rises with the time it came: the newest are read backwards
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="+")
    is_whole = models.BooleanField()  # not, where it is too long: then it is read at each search
    is_plain = models.BooleanField()  # its words say all about runs of ASCII letters

    class Meta:
        indexes = (
            models.Index(fields=["store", "place"], name="indexed_by_store"),
            models.Index(fields=["store"], condition=Q(is_whole=False), name="indexed_in_part"),
        )


class Kept(models.Model):
    """The texts of a letter in the index, in small letters and compressed: fields with zero bytes between."""

    indexed = models.OneToOneField(
        Indexed, on_delete=models.CASCADE, primary_key=True, db_column="place", related_name="+"
    )
    header = models.BinaryField()
    body = models.BinaryField()
    attached = models.BinaryField()


class Word(models.Model):
    """In how many letters of a store a term is, so that words are found by a part of them."""

    pk = models.CompositePrimaryKey("store_id", "word")
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    word = models.CharField(max_length=100)
    n_letters = models.IntegerField()
