"""The sessions of this project: `nox -l` lists them, `nox -s test` runs one; words after `--` go to its last command.

Each session has an environment of its own, which is made once and used again. `.ci/run` needs none of this.
"""

from __future__ import annotations

import nox

nox.needs_version = ">=2024.4"
nox.options.sessions = ["check", "test"]
nox.options.reuse_existing_virtualenvs = True

PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
DECIDING, LEAST = PROJECT["tool"]["ctxload"]["deciding"], PROJECT["tool"]["ctxload"]["deciding_least"]


def install(session: nox.Session, *more: str) -> None:
    """The package as it lies here, with everything that its tests need."""
    session.install("-e", ".[dev]", *more)


@nox.session
def check(session: nox.Session) -> None:
    """The linters, the types, and this project's own index."""
    install(session)
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("ctxload", "check", "--strict")
    session.run("ctxload", "test", "--quiet", "--match", "whole", "--match", "related")


@nox.session(python=PYTHONS)
def test(session: nox.Session) -> None:
    """The quick tests, as the README has them; on every Python with `nox -s test`, on one with `nox -s test-3.13`."""
    install(session)
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session
def thorough(session: nox.Session) -> None:
    """What the quick tests leave out: the heavy ones, and every law with more examples."""
    install(session)
    session.run("python", "-m", "pytest", "-m", "heavy or law", "--hypothesis-profile", "thorough", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Generated inputs of each kind, from the stored ones on; `-- --seconds 600 --kind index` looks longer at one."""
    install(session)
    session.run("python", "tests/fuzz/run.py", *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """Which branches the quick tests take; fails below the least figure in a package that decides what is selected."""
    install(session)
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", "-n", "0", *session.posargs)
    session.run("coverage", "report", "--skip-covered", "--sort", "cover")
    for name in DECIDING:
        session.run("coverage", "report", f"--fail-under={LEAST}", f"--include=*/ctxload/{name}/*.py")


@nox.session
def mutants(session: nox.Session) -> None:
    """Random changes where it is decided what is selected: which of them no test notices. `-- --count 60 --seed 2`."""
    install(session)
    session.run("python", "tools/mutate.py", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """The measurements of `docs/performance.md`."""
    install(session)
    session.run("python", "benchmarks/run.py", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Writes what the examples print now into the pages; read the diff."""
    install(session)
    session.run("python", "-m", "pytest", "tests/test_docs.py", "--update-docs", *session.posargs)


@nox.session
def golden(session: nox.Session) -> None:
    """Writes what the golden folders answer now; read the diff."""
    install(session)
    session.run(
        "python", "-m", "pytest", "tests/test_golden.py", "-k", "answers_as_it_did", "--update-golden", *session.posargs
    )


@nox.session
def plugin(session: nox.Session) -> None:
    """Takes the libraries that the plugin carries anew, from their newest releases."""
    install(session)
    session.run("python", "tools/plugin.py", *session.posargs)


@nox.session
def clients(session: nox.Session) -> None:
    """Installs the real agent clients, which takes npm and a network, and drives them."""
    install(session)
    session.run("python", "tools/clients.py")
    session.run(
        "python", "-m", "pytest", "tests/test_real_clients.py", "--real-clients", "-n", "2", "-rs", *session.posargs
    )


@nox.session
def runners(session: nox.Session) -> None:
    """Installs the real runners and a current Neovim, and tries the adapters and set-ups in them."""
    install(session, "-r", "tools/runners.txt")
    session.run(
        "python",
        "-m",
        "pytest",
        "tests/test_integrations.py",
        "tests/test_editors.py",
        "-n",
        "0",
        "-rs",
        *session.posargs,
    )


@nox.session
def fleet(session: nox.Session) -> None:
    """Installs Dask, and tries many tasks on real clusters of several processes: a worker killed, one far away."""
    install(session, "-e", ".[fleet]")
    session.run("python", "-m", "pytest", "tests/test_cluster.py", "-n", "0", "-rs", *session.posargs)


@nox.session
def editors(session: nox.Session) -> None:
    """Installs Neovim, Vim, Emacs and Kakoune from Debian's packages where it can, and tries the set-ups in them."""
    install(session)
    session.run("python", "tools/editors.py")
    session.run("python", "-m", "pytest", "tests/test_editors.py", "-n", "0", "-rs", *session.posargs)


@nox.session
def vscode(session: nox.Session) -> None:
    """Builds the VS Code extension, and tests it in a real host; `-- --package` only builds it. Says what it needs."""
    install(session)
    session.run("python", "tools/vscode.py", *session.posargs, success_codes=[0, 77])
