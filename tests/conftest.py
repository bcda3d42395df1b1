"""What every test stands on: an environment of its own, far from the user's home, cache and settings."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import HealthCheck, Phase, settings

#: How many examples a law is tried with: `quick` is what the README tells to type, `thorough` what `.ci/run` does after
#: it (`--hypothesis-profile thorough`). Figures in the tests themselves are meant for `thorough`, and go through
#: `share`.
for name, examples in {"quick": 5, "thorough": 100}.items():
    settings.register_profile(name, max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])
#: For `nox -s mutants`, which asks only whether a law fails: the first example that does is as good as the smallest.
settings.register_profile(
    "mutants", settings.get_profile("quick"), max_examples=30, phases=[Phase.explicit, Phase.generate], database=None
)
settings.load_profile("quick")
# Hundreds of tests start a process; without byte code each would compile the package anew, and each worker every test.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
if (
    signal.getsignal(signal.SIGINT) == signal.SIG_IGN
):  # started in the background of a script: what is tested must not inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)

#: Where processes that tests start find another account database; goes into every `PYTHONPATH`.
ACCOUNT = Path(__file__).resolve().parent / "account"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("ctxload")
    group.addoption(
        "--update-golden", action="store_true", help="write what the golden folders answer now; review the diff"
    )
    group.addoption(
        "--update-docs", action="store_true", help="write what the examples of the docs print now; review the diff"
    )
    group.addoption("--real-clients", action="store_true", help="drive the real agent clients in `.clients/`, too")


def pytest_collection(session: pytest.Session) -> None:
    """In a fresh clone every worker would compile every file of tests, and of the package, in the same order at the
    same time; so every second one begins at the end, and finds from the middle on what the others have written.
    """
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    if number % 2 and session.config.args == session.config.getini("testpaths"):
        for path in sorted(Path(__file__).parent.glob("test_*.py"), reverse=True):
            with suppress(Exception, pytest.skip.Exception):  # the collection that follows tells it
                import_module(path.stem)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what is a law, so that `-m law` runs them all."""
    for item in items:
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker("law")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """A worker tells of a test that passed once, and not thrice: of thousands of tests that is a tenth of a run."""
    if "PYTEST_XDIST_WORKER" not in os.environ or item.config.getoption("xmlpath", None):
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for report in runtestprotocol(item, log=False, nextitem=nextitem):
        if report.when == "call" or not report.passed:
            item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def pytest_collection_finish() -> None:
    """Six thousand tests are many objects, and none of them is garbage: looking through them again and again is a tenth
    of a run.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden answers are to be written instead of compared."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture
def update_docs(request: pytest.FixtureRequest) -> bool:
    """Whether pages of the documentation are to be written instead of compared."""
    return bool(request.config.getoption("--update-docs"))


@pytest.fixture(scope="session", autouse=True)
def clean_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test sees the user's home, cache or settings, nor do the processes it starts."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [*os.environ]:
            if name.startswith(("CTXLOAD_", "_CTXLOAD", "XDG_", "LC_", "PYTHONIOENCODING", "PYTHONUTF8")):
                patch.delenv(name)
        for name in (
            "NO_COLOR",
            "FORCE_COLOR",
            "PY_COLORS",
            "GITHUB_ACTIONS",  # typer takes it for a terminal
            "CLICOLOR_FORCE",
            "COLUMNS",
            "LINES",
            "TERM",
            "TERMINAL_WIDTH",
            "LANG",
            "LANGUAGE",
        ):
            patch.delenv(name, raising=False)
        for name in ("HOME", "USERPROFILE"):
            patch.setenv(name, str(home))
        for name in ("LOCALAPPDATA", "APPDATA"):
            patch.setenv(name, str(home / "AppData"))
        patch.setenv("CTXLOAD_CACHE_DIR", str(home / "cache"))
        account = tmp_path_factory.mktemp("account")  # no variable names this one, so it is put in the database's place
        patch.setattr("ctxload.workspace.locations.account_home", lambda: str(account))
        patch.setenv("TESTS_ACCOUNT_HOME", str(account))
        patch.setenv("PYTHONPATH", str(ACCOUNT))
        yield


@pytest.fixture
def allow() -> Callable[[str | os.PathLike[str]], None]:
    """Says for the person that agent clients may be given documents of a folder and of what is below."""
    from ctxload.workspace import allowing, trust

    return lambda folder: allowing.remember(trust.ALLOWED, [os.fspath(folder)])
