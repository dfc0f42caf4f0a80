"""Who sends a form, as far as it matters: an address."""

from aiohttp import web

from portal.context import portal_of
from store.addresses import client_address


def address_of(request: web.Request) -> str:
    return client_address(request, portal_of(request).facts.trusted_proxies)
