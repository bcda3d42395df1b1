"""What processes that a test starts have for the account database: a home of the tests.

No variable moves where ctxload remembers what is allowed, and that is right; so the account itself is another one here.
This folder is on `PYTHONPATH`, and Python imports this file when it starts.
"""

import os
import sys

HOME = os.environ.get("TESTS_ACCOUNT_HOME", "")

if HOME and sys.platform == "win32":
    import winreg

    winreg.QueryValueEx = lambda key, name, real=winreg.QueryValueEx: (
        (HOME, winreg.REG_SZ) if name == "Local AppData" else real(key, name)
    )
elif HOME:
    import pwd

    def mine(number: int, real=pwd.getpwuid) -> pwd.struct_passwd:  # type: ignore[no-untyped-def]
        return pwd.struct_passwd((*real(number)[:5], HOME, "/bin/sh"))

    pwd.getpwuid = mine
