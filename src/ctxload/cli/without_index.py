"""Commands in a project without an index: they answer as the hook does there, where the person allowed the project."""

from __future__ import annotations

import os

from ..errors import ForeignIndexError, NoIndexError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..workspace.locations import Place


def served_instead(missing: Exception, named: object = None) -> Place:
    """What agent clients get in place of the index that is missing; where that is nothing, or something was `named`,
    the error.
    """
    if named or not isinstance(missing, NoIndexError) or isinstance(missing, ForeignIndexError):
        raise missing
    if os.environ.get("CTXLOAD_INDEX"):
        raise missing
    from ..integrations.without_index import place_without_index
    from ..workspace.trust import DENIED, why_not

    place = place_without_index()
    if place is None:
        raise missing
    if why := why_not(place):
        once = (
            ""
            if why == DENIED
            else f"; once you allowed it (`ctxload allow`) {' and '.join(place.sources)} files serve"
        )
        raise NoIndexError(f"{missing}{once}, or name what to read: `--source {place.sources[0]}`")
    return place
