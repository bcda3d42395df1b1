"""`python -m ctxload` is `ctxload`.

Python looks for modules in the folder that it is started in first; that ends with the first line here, and nothing can
end it sooner: `importlib.py` or a folder `ctxload` there is run in place of the real one. So what ctxload writes
anywhere is `python -I -m ctxload`, or the program's own path.
"""

import os
import sys


def _folder() -> str:
    """The folder that Python was started in; an empty text where it is gone."""
    try:
        return os.getcwd()
    except OSError:
        return ""


if __name__ == "__main__" and not sys.flags.safe_path and sys.path[:1] in ([""], [_folder()]):
    del sys.path[0]

from .start import main  # noqa: E402  (not before the line above)

if __name__ == "__main__":
    main()
