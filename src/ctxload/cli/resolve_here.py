"""What a task takes from the working folder and git: the files at hand that its options name, and where `./` is."""

from __future__ import annotations

from ..workspace.changed_files import given, working_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..selection.model import Request


def from_here(request: Request, files: tuple[str, ...], changed: bool, root: str) -> Request:
    """The request with the files at hand, as the options name them, and with the folder that it is made in."""
    request = request.replace(folder=working_folder(root))
    if not (files or changed):
        return request
    files = given(root, files, changed)
    if not files and not request.task.strip() and request.context is None:
        from ..errors import NothingChangedError

        raise NothingChangedError("no file differs from git's last commit, and there is no task: nothing to choose for")
    return request.replace(files=files)
