"""Runs the ctxload that stands in `src/` of the folder above, with the libraries in `third_party/` beside this file.

Any Python can read this far; one that is too old ends with 86, and `bin/ctxload` tries the next. `-I -S` keep the
environment and other packages out, and no variable is asked where to look: what runs is what lies in the plugin's own
folder. What Python makes of it, its byte code, is kept in the cache of the account, so that a plugin in a folder that
nobody may write starts as fast as any other.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(86)

import os

#: Where the byte code of one plugin folder is kept begins with this, and a file in it says of which.
PREFIX, OWNER = "plugin-", "of"


def cache_of_account():
    """The cache folder of the account that runs this, whatever the variables say; empty where it has none."""
    try:
        if sys.platform == "win32":
            import winreg

            name = r"Software\Microsoft\Windows\CurrentVersion\Explorer\Shell Folders"
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, name) as key:
                return os.path.join(str(winreg.QueryValueEx(key, "Local AppData")[0]), "ctxload", "Cache")
        import pwd

        home = pwd.getpwuid(os.geteuid()).pw_dir
        below = ("Library", "Caches") if sys.platform == "darwin" else (".cache",)
        return os.path.join(home, *below, "ctxload") if os.path.isabs(home) else ""
    except (ImportError, KeyError, OSError):  # a container's user without an account, say
        return ""


def is_ours(folder):
    """Whether it is a folder, and of this user alone."""
    found = os.lstat(folder)
    if found.st_mode & 0o170000 != 0o040000:  # a link, say
        return False
    return not hasattr(os, "geteuid") or (found.st_uid == os.geteuid() and not found.st_mode & 0o077)


def byte_code_of(top):
    """The folder for the byte code of the plugin in a folder, made if need be; None where there is no place for it."""
    cache = cache_of_account()
    if not cache:
        return None
    try:
        folder = os.path.join(cache, PREFIX + number_of(top))
        if not os.path.lexists(folder):
            make(cache, folder, top)
        return folder if is_ours(folder) else None
    except (OSError, ValueError):
        return None


def number_of(text):
    """A number that tells folders apart; a check sum, for `hashlib` would cost more than all the rest here."""
    from binascii import crc32

    return format(crc32(text.encode("utf-8", "surrogateescape")), "08x")


def make(cache, folder, top):
    """Makes the folder, and removes those of plugins that are gone, as each version has a folder of its own."""
    os.makedirs(cache, exist_ok=True)
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:  # another process was first
        return
    with open(os.path.join(folder, OWNER), "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(top)
    for name in os.listdir(cache):
        other = os.path.join(cache, name)
        if name.startswith(PREFIX) and other != folder and is_ours(other) and is_left(other):
            import shutil

            shutil.rmtree(other, ignore_errors=True)


def is_left(folder):
    """Whether the plugin whose byte code it is has gone."""
    try:
        with open(os.path.join(folder, OWNER), encoding="utf-8", errors="surrogateescape") as file:
            top = file.read()
    except OSError:  # it is being made, or is not of our making
        return False
    return bool(top) and not os.path.exists(top)


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
    top = os.path.dirname(here)
    sources = os.path.join(top, "src")
    if not os.path.isfile(os.path.join(sources, "ctxload", "start.py")):
        sys.exit(damaged("there is no src/ctxload/start.py"))
    if sys.argv[1:] == ["available"]:
        return
    sys.pycache_prefix = byte_code_of(top)
    sys.path[:0] = [sources, os.path.join(here, "third_party")]
    try:
        from ctxload.start import main as start
    except Exception as fault:
        sys.exit(damaged(type(fault).__name__ + ": " + str(fault)))
    start()


if __name__ == "__main__":
    main()
