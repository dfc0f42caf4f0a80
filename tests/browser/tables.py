"""The routes of desk and portal, to tell which page is which."""

from desk.routes import ROUTES
from portal.app import ROUTES as PORTAL_ROUTES
from portal.links import pattern, prefix
from portal.words import LANGUAGES
from tests.browser.pages import RouteTable

DESK = RouteTable("/desk", ((one.method, one.path) for one in ROUTES))
PORTALS = {
    lang: RouteTable(prefix(lang), ((one.method, pattern(one.at)) for one in PORTAL_ROUTES))
    for lang in LANGUAGES
}
