# SPDX-License-Identifier: AGPL-3.0-or-later
from django.urls import path

from mazot.products.drive.web.views import browse, deeds, files, trash

app_name = "drive"

urlpatterns = [
    path("", browse.home, name="home"),
    path("recent", browse.recent, name="recent"),
    path("search", browse.search, name="search"),
    path("connect", browse.connect, name="connect"),
    path("folder/<uuid:entry_id>", browse.folder, name="folder"),
    path("folder/<uuid:entry_id>/rows", browse.rows, name="rows"),
    path("folder/<uuid:entry_id>/choose", browse.choose, name="choose"),
    path("folder/<uuid:entry_id>/new", deeds.new_folder, name="new-folder"),
    path("folder/<uuid:entry_id>/upload", deeds.upload, name="upload"),
    path("folder/<uuid:entry_id>/taken", deeds.taken, name="taken"),
    path("entry/<uuid:entry_id>/rename", deeds.rename, name="rename"),
    path("entry/<uuid:entry_id>/details", files.details, name="details"),
    path("file/<uuid:entry_id>", files.preview, name="file"),
    path("file/<uuid:entry_id>/content", files.content, name="content"),
    path("file/<uuid:entry_id>/download", files.download, name="download"),
    path("file/<uuid:entry_id>/version/<uuid:revision_id>", files.revision, name="revision"),
    path("file/<uuid:entry_id>/version/<uuid:revision_id>/restore", files.restore_version, name="revision-restore"),
    path("zip", files.archive, name="zip"),
    path("move", deeds.move, name="move"),
    path("copy", deeds.copy, name="copy"),
    path("trash", trash.overview, name="trash"),
    path("trash/put", trash.put, name="trash-put"),
    path("trash/restore", trash.restore, name="trash-restore"),
    path("trash/erase", trash.erase, name="trash-erase"),
    path("trash/empty", trash.empty, name="trash-empty"),
]
