# SPDX-License-Identifier: AGPL-3.0-or-later
"""wsgidav behind cheroot, as its own documentation sets it up: `wsgidav_server.py FOLDER PORT LOGIN SECRET`."""

import sys

from cheroot import wsgi
from wsgidav.wsgidav_app import WsgiDAVApp

folder, port, login, secret = sys.argv[1:]
app = WsgiDAVApp(
    {
        "provider_mapping": {"/": folder},
        "simple_dc": {"user_mapping": {"*": {login: {"password": secret}}}},
        "http_authenticator": {"accept_basic": True, "accept_digest": False, "default_to_digest": False},
        "verbose": 0,
        "logging": {"enable": False},
    }
)
wsgi.Server(("127.0.0.1", int(port)), app, numthreads=10).start()
