"""Runs the ctxload that stands beside this file in `ctxload.zip`, unpacked once into the user's cache.

Any Python can read this far; one that is too old ends with 86, and `bin/ctxload` tries the next. `-I -S` keep the
environment and other packages out: what runs is what the plugin carries.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(86)

import os

#: What the archive holds, as `tasks.py plugin` wrote it.
BUILD = "0.1.0-6ed662d2"


def cache_folder(environ):
    """The folder for what can be made anew, by the rules of `ctxload.cachedir`."""
    own = environ.get("CTXLOAD_CACHE_DIR", "")
    if own:
        return "" if own == "off" else os.path.abspath(own)
    if sys.platform == "win32":
        local = environ.get("LOCALAPPDATA", "")
        return os.path.join(local, "ctxload", "Cache") if local else ""
    home = environ.get("HOME", "")
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Caches", "ctxload") if os.path.isabs(home) else ""
    xdg = environ.get("XDG_CACHE_HOME", "")
    if xdg and os.path.isabs(xdg):
        return os.path.join(xdg, "ctxload")
    return os.path.join(home, ".cache", "ctxload") if os.path.isabs(home) else ""


def is_ours(folder):
    """Whether a folder belongs to this user and nobody else may write it."""
    found = os.stat(folder)
    return not hasattr(os, "geteuid") or (found.st_uid == os.geteuid() and not found.st_mode & 0o022)


def unpacked(archive, cache):
    """The folder that holds what is in the archive, made if need be; the archive itself where that cannot be."""
    folder = os.path.join(cache, "plugin-" + BUILD)
    try:
        if not os.path.isdir(folder):
            unpack(archive, cache, folder)
        return folder if is_ours(cache) and is_ours(folder) else archive
    except OSError:
        return archive


def unpack(archive, cache, folder):
    """Unpacks beside the place, then renames: several processes may begin at once, and any may be killed."""
    import shutil
    import tempfile
    import zipfile

    if not os.path.isdir(os.path.dirname(cache)) and not os.path.isdir(os.environ.get("HOME", cache)):
        raise OSError("no home")
    os.makedirs(cache, mode=0o700, exist_ok=True)
    draft = tempfile.mkdtemp(prefix="plugin-new-", dir=cache)
    try:
        with zipfile.ZipFile(archive) as file:
            file.extractall(draft)
        os.rename(draft, folder)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        if not os.path.isdir(folder):
            raise
    for name in os.listdir(cache):  # what older versions of the plugin left
        old = os.path.join(cache, name)
        if name.startswith("plugin-") and old != folder and os.stat(old).st_mtime < os.stat(folder).st_mtime - 86400:
            shutil.rmtree(old, ignore_errors=True)


def main():
    if sys.argv[1:] == ["available"]:
        return
    here = os.path.dirname(os.path.abspath(__file__))
    archive = os.path.join(here, "ctxload.zip")
    cache = cache_folder(os.environ)
    sys.path.insert(0, unpacked(archive, cache) if cache else archive)
    from ctxload.start import main as start

    start()


if __name__ == "__main__":
    main()
