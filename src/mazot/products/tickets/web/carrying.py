# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a buyer's cart travels: in a cookie on our own pages, in the address inside another site's page.

In a frame on another site browsers give no cookies. There `?cart=` stands in every address (empty before there is a
cart), no cookie is read or set, and who does not know the token can do nothing to the cart: nothing is left to forge.
Only such pages may be framed, and only by the sites that the shop names. A turn in the waiting room travels alike.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from mazot.foundation import clock
from mazot.foundation.errors import NotFound
from mazot.products.tickets.queries.carts import cart_behind
from mazot.products.tickets.web.guesses import may_be_a_guess
from mazot.ui.policy import POLICY

if TYPE_CHECKING:
    from mazot.products.tickets.models import Cart, Shop

View = Callable[..., HttpResponse]
NAME, TURN = "cart", "turn"
STAYS = 6 * 3600  # seconds


def is_framed(request: HttpRequest) -> bool:
    return NAME in request.GET


def token_of(request: HttpRequest, shop: Shop) -> str:
    """The token of the cart that this visit carries; empty when there is none."""
    carried = request.GET[NAME] if is_framed(request) else request.COOKIES.get(_cookie(shop), "")
    return str(carried)[:100]


def carried(request: HttpRequest, token: str = "") -> str:
    """What an address needs at its end so that the cart comes along."""
    if not is_framed(request):
        return ""
    turn = getattr(request, "new_turn", None) or request.GET.get(TURN, "")
    return f"?{NAME}={_plain(token or request.GET[NAME])}" + (f"&{TURN}={_plain(turn)}" if turn else "")


def _plain(token: str) -> str:
    return "".join(c for c in token[:100] if c.isascii() and (c.isalnum() or c in "-_"))


def linked(request: HttpRequest, **said: object) -> str:
    """The end of an address that says this, and has the cart come along."""
    pairs = {name: str(value) for name, value in said.items() if value != ""}
    cart = carried(request).removeprefix("?")
    return "?" + "&".join(filter(None, (urlencode(pairs), cart)))


def shown(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Draw a page of the shop whose addresses carry the cart."""
    return render(request, f"tickets/shop/{name}.html", {"carried": carried(request), **context}, status=status)


def onward(request: HttpRequest, name: str, *parts: object, token: str = "") -> HttpResponseRedirect:
    """Go on to another page of the shop, with the cart."""
    return HttpResponseRedirect(reverse(name, args=parts) + carried(request, token))


def keep_cart(request: HttpRequest, answer: HttpResponse, shop: Shop, token: str) -> None:
    """Have this browser keep the cart; in a frame the address does."""
    if not is_framed(request):
        path = reverse("shop", args=[shop.slug])
        answer.set_cookie(_cookie(shop), token, max_age=STAYS, httponly=True, samesite="Lax", path=path)


def cart_of(request: HttpRequest, shop: Shop) -> Cart | None:
    """The cart this browser carries, while it runs and is no order yet."""
    token = token_of(request, shop)
    if not token:
        return None
    try:
        with may_be_a_guess(request, token):
            cart = cart_behind(shop, token)
    except NotFound:
        return None
    return cart if cart.expires_at > clock.now() else None


def turn_token_of(request: HttpRequest, shop: Shop) -> str:
    """The token of the turn that this visit carries; empty when there is none."""
    told = request.GET.get(TURN, "") if is_framed(request) else request.COOKIES.get(_cookie(shop, TURN), "")
    return str(told)[:100]


def keep_turn(request: HttpRequest, answer: HttpResponse, shop: Shop, token: str) -> None:
    """Have this browser keep its turn, or forget it with an empty token; in a frame the address does."""
    if not is_framed(request):
        path = reverse("shop", args=[shop.slug])
        life = STAYS if token else 0
        answer.set_cookie(_cookie(shop, TURN), token, max_age=life, httponly=True, samesite="Lax", path=path)


def may_be_framed(request: HttpRequest, answer: HttpResponse, shop: Shop) -> HttpResponse:
    """Let the sites that the shop names show this page inside theirs."""
    if is_framed(request) and shop.origins:
        sites = " ".join(["frame-ancestors 'self'", *shop.origins])
        answer["Content-Security-Policy"] = POLICY.replace("frame-ancestors 'self'", sites)
        answer.xframe_options_exempt = True  # type: ignore[attr-defined]  # an older word for the same, without sites
    return answer


def unforged(view: View) -> View:
    """Ask for the secret of our own forms wherever a cookie could speak for somebody."""
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return (view if is_framed(request) else protected)(request, *args, **kwargs)

    return opened


def _cookie(shop: Shop, name: str = NAME) -> str:
    return f"{name}-{shop.slug}"
