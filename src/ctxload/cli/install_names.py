"""What `install` and `uninstall` list where no client is named: the clients, each with where it has a hook of ours."""

from __future__ import annotations

from ..errors import EXIT_USAGE
from ..integrations.clients.registry import INSTALLABLE, find
from ..integrations.setup.places import project_root
from ..integrations.setup.presence import where_installed
from ..output import remark, say
from ..text.escaping import escape


def say_names(command: str) -> int:
    """Lists the clients; the exit status, which is that of a call that did nothing."""
    wide, project = max(map(len, INSTALLABLE)), project_root()
    for name in INSTALLABLE:
        client = find(name)
        places = where_installed(client, project)
        said = f"  installed: {escape(', '.join(places))}" if places else ""
        say(f"{name:{wide}}  {client.title}{said}\n")
    remark([f"ctxload: which one? as in `ctxload {command} claude-code`"])
    return EXIT_USAGE
