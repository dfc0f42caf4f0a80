"""Which role may do what, in words."""

from aiohttp import web

from casework.permissions import GRANTS, Permission, Role
from desk.pages import page


async def show_roles(request: web.Request) -> web.Response:
    """Read from the table that is also asked at every request."""
    given = [one for one in Permission if one is not Permission.PUBLIC]
    return await page(request, "roles.html", roles=list(Role), permissions=given, grants=GRANTS)
