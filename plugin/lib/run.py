"""Runs the ctxload that stands beside this file in `ctxload.zip`, unpacked once beside it.

Any Python can read this far; one that is too old ends with 86, and `bin/ctxload` tries the next. `-I -S` keep the
environment and other packages out, and no variable is asked where to look: what runs is what the plugin carries, from the
plugin's own folder.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(86)

import os

#: What the archive holds, as `tasks.py plugin` wrote it.
BUILD = "0.1.0-6ed662d2"


def is_ours(folder):
    """Whether a folder belongs to this user and nobody else may write it."""
    found = os.stat(folder)
    return not hasattr(os, "geteuid") or (found.st_uid == os.geteuid() and not found.st_mode & 0o022)


def unpacked(here, archive):
    """The folder that holds what is in the archive, made if need be; the archive itself where that cannot be."""
    folder = os.path.join(here, "unpacked-" + BUILD)
    try:
        if not os.path.isdir(folder):
            unpack(here, archive, folder)
        return folder if is_ours(folder) and not os.path.islink(folder) else archive
    except Exception:  # no place for it, or an archive that is damaged: the import says so
        return archive


def unpack(here, archive, folder):
    """Unpacks beside the place, then renames: several processes may begin at once, and any may be killed."""
    import shutil
    import tempfile
    import zipfile

    draft = tempfile.mkdtemp(prefix="unpacked-new-", dir=here)
    try:
        with zipfile.ZipFile(archive) as file:
            file.extractall(draft)
        os.rename(draft, folder)
    except Exception:
        shutil.rmtree(draft, ignore_errors=True)
        if not os.path.isdir(folder):
            raise
    for name in os.listdir(here):  # what older versions of the plugin left
        old = os.path.join(here, name)
        if name.startswith("unpacked-") and old != folder and os.stat(old).st_mtime < os.stat(folder).st_mtime - 86400:
            shutil.rmtree(old, ignore_errors=True)


def damaged(why):
    """Says in one line that the plugin is not whole; the exit status, which never stands in the way of a prompt."""
    said = "ctxload: the plugin is damaged, so prompts go on without project documents: install it again"
    if sys.argv[1:] == ["available"]:
        print('{"systemMessage": "' + said + '"}')
        return 0
    sys.stderr.write(said + " (" + " ".join(str(why).split())[:300] + ")\n")
    return 0 if sys.argv[1:2] == ["hook"] else 3


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    archive = os.path.join(here, "ctxload.zip")
    if not os.path.isfile(archive):
        sys.exit(damaged("there is no ctxload.zip"))
    if sys.argv[1:] == ["available"]:
        return
    sys.path.insert(0, unpacked(here, archive))
    sys.path.insert(1, archive)
    try:
        import ctxload

        ctxload.__path__.append(os.path.join(archive, "ctxload"))  # for a file that went from the unpacked folder
        from ctxload.start import main as start
    except Exception as fault:
        sys.exit(damaged(type(fault).__name__ + ": " + str(fault)))
    start()


if __name__ == "__main__":
    main()
