"""What `import` and `export` list where no format is named: those that there are, and where their files lie."""

from __future__ import annotations

from ..authoring.draft.imports import AGENTS
from ..errors import EXIT_USAGE, CtxloadError
from ..formats import find, names
from ..output import remark, say
from ..text.escaping import escape


def say_names(command: str) -> int:
    """Lists the formats that a command knows; the exit status, which is that of a call that did nothing."""
    rows = []
    for name in names():
        try:
            form = find(name)
        except CtxloadError as error:  # of another package, which does not work
            rows.append((name, str(error)))
            continue
        if command == "import" or hasattr(form, "write"):
            rows.append((name, f"{form.title}: {', '.join(form.places)}"))
    if command == "import":
        rows.append((AGENTS, "what agent definitions say of the documents they read"))
    wide = max(len(name) for name, _ in rows)
    say("".join(f"{escape(name):{wide}}  {escape(about)}\n" for name, about in rows))
    remark([f"ctxload: which one? as in `ctxload {command} cursor`"])
    return EXIT_USAGE
