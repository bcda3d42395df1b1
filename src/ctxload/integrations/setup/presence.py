"""Where a hook of ours stands, read from the clients' settings: nothing is run, so that it is told at once."""

from __future__ import annotations

from ...errors import CtxloadError
from .files import read_settings
from .hook_entries import installed
from .places import settings_file, targets_of
from .plan import is_our_code, is_plugin_there

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..clients.client import Client


def where_installed(client: Client, project: str = "") -> tuple[str, ...]:
    """The files of a client, the person's and the project's, that hold a hook of ours; or its plugin."""
    found = []
    for target in targets_of(client, project):
        try:
            path = settings_file(target)
            text = read_settings(path) or ""
            is_there = is_our_code(text) if client.code_file else bool(text.strip() and installed(client, text))
        except CtxloadError:  # what cannot be read is told by `doctor`
            continue
        if is_there:
            found.append(path)
    try:
        if is_plugin_there(client):
            found.append("the plugin ctxload")
    except CtxloadError:
        pass
    return tuple(found)
