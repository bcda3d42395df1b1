"""The real agent clients, with ctxload installed in them, against a model server on loopback.

`nox -s clients` installs the clients and runs this. Each runs in a clean environment: a home of its own, a made-up
key, nothing of the user's, no network but 127.0.0.1. A client that doesn't exist is skipped, and the reason says so.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ctxload.integrations.clients.client import length
from ctxload.integrations.clients.registry import find
from ctxload.integrations.setup.files import read_settings
from ctxload.integrations.setup.hook_entries import with_hooks
from model_server import Call, ModelServer

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import clients as tools  # noqa: E402

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the clients are driven by POSIX shells here")

API, DOCKER = "QUOKKA: views are classes here", "NUMBAT: images are built in two stages"
INDEX = """\
version: 1.0
context_files:
  - {path: context/api.md, keywords: [api, rest framework]}
  - {path: context/docker.md, keywords: [docker]}
"""
PROGRAMS = {"claude-code": "claude", "codex": "codex", "copilot": "copilot", "gemini": "gemini", "opencode": "opencode"}
every_client = pytest.mark.parametrize("name", PROGRAMS)


@pytest.fixture(autouse=True)
def only_when_asked(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("--real-clients"):
        pytest.skip("`nox -s clients` installs the real clients and drives them")


def program(name: str) -> Path:
    found = tools.installed(PROGRAMS[name])
    if found is None:
        pytest.skip(f"{find(name).title} is not installed: `nox -s clients` installs it")
    return found


@dataclass
class Desk:
    """A home, a project, and one client in it."""

    name: str
    home: Path
    shop: Path
    bin: Path
    more: dict[str, str] = field(default_factory=dict)
    skip_trust: bool = True

    def env(self, server: ModelServer | None = None) -> dict[str, str]:
        url = server.url if server else "http://127.0.0.1:9"
        base = {
            "HOME": str(self.home), "PATH": f"{self.bin}:/usr/bin:/bin", "LANG": "C.UTF-8", "NO_COLOR": "1",
            "CTXLOAD_CACHE_DIR": str(self.home / "ctxload-cache"),
        }  # fmt: skip
        own = {
            "claude-code": {
                "ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "sk-ant-made-up", "DISABLE_AUTOUPDATER": "1",
                "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_TELEMETRY": "1",
            },
            "codex": {"STUB_KEY": "made-up"},
            "copilot": {
                "COPILOT_PROVIDER_BASE_URL": f"{url}/v1", "COPILOT_MODEL": "stub", "COPILOT_OFFLINE": "true",
                "COPILOT_PROVIDER_API_KEY": "made-up", "COPILOT_AUTO_UPDATE": "false",
            },
            "gemini": {
                "GEMINI_API_KEY": "made-up", "GOOGLE_GEMINI_BASE_URL": url, "GEMINI_TELEMETRY_ENABLED": "false",
            },
            "opencode": {
                "OPENCODE_CONFIG_CONTENT": json.dumps(opencode_settings(url)), "OPENCODE_DISABLE_AUTOUPDATE": "1",
                "OPENCODE_DISABLE_MODELS_FETCH": "1", "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
            },
        }[self.name]  # fmt: skip
        return {**base, **own, **self.more}

    def words(self, server: ModelServer, prompt: str, again: bool) -> list[str]:
        """The command line for one prompt, in the conversation before when `again`."""
        provider = (
            f'model_providers.stub={{name="stub",base_url="{server.url}/v1",wire_api="responses",env_key="STUB_KEY"}}'
        )
        codex = [
            "codex",
            "exec",
            "--skip-git-repo-check",
            "-c",
            'model_provider="stub"',
            "-c",
            'model="stub"',
            "-c",
            provider,
        ]
        return {
            "claude-code": ["claude", "-p", *(["--continue"] if again else []), "--model", "claude-stub", "--", prompt],
            "codex": [*codex, *(["resume", "--last"] if again else []), prompt],
            "copilot": ["copilot", *(["--continue"] if again else []), "-p", prompt, "--allow-all-tools"],
            "gemini": [
                "gemini", "-m", "gemini-2.5-pro", "--yolo", *(["--skip-trust"] if self.skip_trust else []), *(["--resume", "latest"] if again else []),  # noqa: E501
                "-p", prompt,
            ],
            # it quotes a word with spaces
            "opencode": ["opencode", "run", *(["--continue"] if again else []), *prompt.split(" ")],
        }[self.name]  # fmt: skip

    def say(
        self, prompt: str, *, again: bool = False, calls: tuple[Call, ...] = (), more: tuple[str, ...] = ()
    ) -> ModelServer:
        """Sends a prompt through the client; the server with what reached it."""
        with ModelServer([*calls]) as server:
            words = self.words(server, prompt, again)
            words[1:1] = more if self.name != "codex" else ()
            words[2:2] = more if self.name == "codex" else ()
            done = subprocess.run(
                words, cwd=self.shop, env=self.env(server), capture_output=True, text=True, timeout=180,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
            return server

    def ctxload(self, *words: str) -> str:
        """Runs ctxload as a user does; what it printed."""
        done = subprocess.run(
            [str(self.bin / "ctxload"), *words],
            cwd=self.shop,
            env=self.env(),
            capture_output=True,
            text=True,
            timeout=180,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def files(self) -> dict[str, bytes]:
        """Every settings file of the client, by what it holds."""
        folder = self.home / find(self.name).folder
        return {
            path.relative_to(self.home).as_posix(): path.read_bytes()
            for pattern in ("*.json", "*.toml", "hooks/*", "plugins/*.js")
            for path in folder.glob(pattern)
            if path.name in ("settings.json", "config.toml", "hooks.json", "ctxload.json", "ctxload.js")
        }


def opencode_settings(url: str) -> dict[str, Any]:
    options = {"baseURL": f"{url}/v1", "apiKey": "made-up"}
    models = {"stub": {"name": "stub", "tool_call": True}}
    provider = {"npm": "@ai-sdk/openai-compatible", "name": "stub", "options": options, "models": models}
    return {
        "autoupdate": False, "share": "disabled", "model": "stub/stub", "small_model": "stub/stub",
        "provider": {"stub": provider},
    }  # fmt: skip


@pytest.fixture
def name() -> str:
    """The client; each test names its own."""
    raise NotImplementedError


@pytest.fixture
def desk(tmp_path: Path, name: str) -> Desk:
    """The desk of the client that the test names."""
    home, shop, bin_ = tmp_path / "home", tmp_path / "my shop", tmp_path / "bin"
    for folder in (home, shop / "context", bin_):
        folder.mkdir(parents=True)
    (bin_ / PROGRAMS[name]).symlink_to(program(name))
    for tool in ("node", "git"):
        if found := subprocess.run(["which", tool], capture_output=True, text=True).stdout.strip():
            (bin_ / tool).symlink_to(found)
    script, launcher = tmp_path / "launch.py", bin_ / "ctxload"
    script.write_text(  # the home is the one that the account database names
        f"import sys\nsys.path.insert(0, {str(ROOT / 'src')!r})\n"
        f"from ctxload.workspace import locations\nlocations.account_home = lambda: {str(home)!r}\n"
        "from ctxload.start import main\nmain()\n",
        encoding="utf-8",
    )
    words = shlex.join([sys.executable, str(script)])  # a first line of `#!` takes no blank
    launcher.write_text(f'#!/bin/sh\nexec {words} "$@"\n', encoding="utf-8")
    launcher.chmod(0o755)
    (shop / "context-index.yml").write_text(INDEX, encoding="utf-8")
    (shop / "context" / "api.md").write_text(f"# API\n\n{API}\n", encoding="utf-8")
    (shop / "context" / "docker.md").write_text(f"# Docker\n\n{DOCKER}\n", encoding="utf-8")
    subprocess.run(["git", "init", "-q", str(shop)], check=True)
    if name == "gemini":
        (home / ".gemini").mkdir()
        settings = '{\n  // the way in\n  "security": {"auth": {"selectedType": "gemini-api-key"}}\n}\n'
        (home / ".gemini" / "settings.json").write_text(settings, encoding="utf-8")
    return Desk(name, home, shop, bin_)


def trust(desk: Desk) -> None:
    """What a user does in Codex with `/hooks`: looks at each hook, and trusts it."""
    if desk.name != "codex":
        return
    process = subprocess.Popen(
        ["codex", "app-server"], cwd=desk.shop, env=desk.env(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None

    def ask(number: int, method: str, params: dict[str, Any]) -> dict[str, Any]:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps({"id": number, "method": method, "params": params}) + "\n")
        process.stdin.flush()
        for line in process.stdout:
            answer = json.loads(line)
            if answer.get("id") == number:
                return dict(answer["result"])
        raise AssertionError(f"no answer to {method}")

    with process:
        ask(0, "initialize", {"clientInfo": {"name": "test", "version": "1"}})
        process.stdin.write('{"method": "initialized"}\n')
        listed = ask(1, "hooks/list", {"cwds": [str(desk.shop)]})
        hooks = [hook for folder in listed["data"] for hook in folder["hooks"]]
        state = {hook["key"]: {"trusted_hash": hook["currentHash"]} for hook in hooks}
        edit = {"keyPath": "hooks.state", "value": state, "mergeStrategy": "upsert"}
        ask(2, "config/batchWrite", {"edits": [edit]})
        process.kill()


def install(desk: Desk, *words: str) -> None:
    desk.ctxload("install", desk.name, "--yes", *words)
    trust(desk)


#: How `install` may put it there: by the client's own commands, or in its settings.
WAYS = [(name, way) for name in PROGRAMS for way in (("", "--settings") if find(name).own else ("",))]
every_way = pytest.mark.parametrize(("name", "way"), WAYS, ids=[f"{name} {way}".strip() for name, way in WAYS])


@every_way
def test_a_prompt_whose_words_match_reaches_the_model_with_the_file_and_another_does_not(desk: Desk, way: str) -> None:
    before = desk.files()
    install(desk, *filter(None, [way]))
    server = desk.say("Add a REST framework view")
    assert server.saw(API) and server.saw("Add a REST framework view")
    assert not server.saw(DOCKER)
    server = desk.say("Plan the next quarter")
    assert server.saw("Plan the next quarter")
    assert not server.saw(API) and not server.saw("context/api.md")
    desk.ctxload("uninstall", desk.name, "--yes")
    assert not desk.say("Add a REST framework view").saw(API)
    after = desk.files()
    if desk.name == "codex":  # it keeps what it was told to trust, and marks the projects it knows
        after = {path: data for path, data in after.items() if not path.endswith("config.toml")}
    assert after == before


@every_client
def test_what_was_given_once_is_not_given_again_in_the_same_conversation(desk: Desk) -> None:
    install(desk)
    assert desk.say("Add an api").count(API) == 1
    assert desk.say("Now one more api", again=True).count(API) == 1


@every_client
def test_installed_twice_it_gives_once(desk: Desk) -> None:
    install(desk)
    if find(desk.name).own:
        desk.ctxload("uninstall", desk.name, "--yes")
        install(desk, "--settings")
        commands = find(desk.name).own
        assert commands is not None
        folder = ROOT if desk.name != "gemini" else ROOT / "nowhere"
        if desk.name != "gemini":  # our plugin from the repository, beside the settings
            for words in commands.adds:
                line = [PROGRAMS[desk.name], *(word.replace("{folder}", str(folder)) for word in words)]
                subprocess.run(line, cwd=desk.shop, env=desk.env(), check=True, capture_output=True, timeout=180)
        trust(desk)
    else:
        desk.ctxload("install", desk.name, "--project", "--yes")
    assert desk.say("Add an api").count(API) == 1


@every_client
@pytest.mark.parametrize(
    "index", [None, "context_files: [{path: context/api.md", "\x00\x01"], ids=["no", "broken", "odd"]
)
def test_whatever_the_index_is_the_prompt_goes_through(desk: Desk, index: str | None) -> None:
    install(desk)
    (desk.shop / "context-index.yml").unlink()
    if index is not None:
        (desk.shop / "context-index.yml").write_text(index, encoding="utf-8")
    server = desk.say("Add an api")
    assert server.saw("Add an api") and not server.saw(API)


@every_client
def test_a_mistyped_directive_reaches_the_model_as_one_line(desk: Desk) -> None:
    install(desk)
    server = desk.say("Context: context/apy.md and then some")
    server = desk.say("Fix it\nContext: context/apy.md")
    assert server.saw("did you mean `context/api.md`")
    assert not server.saw(API)


TEXTS = {"ascii": "word " * 15, "three bytes": "語言 " * 25, "two units": "🎉🎊 " * 15}


@every_client
@pytest.mark.parametrize("filler", TEXTS)
def test_as_much_as_the_client_takes_reaches_the_model_whole(desk: Desk, filler: str) -> None:
    parts = "".join(f"## The api, part {n}\n\n{TEXTS[filler]}\n\n" for n in range(300))
    (desk.shop / "context" / "api.md").write_text(f"# API\n\n{API}\n\n{parts}", encoding="utf-8")
    install(desk)
    payload = {
        "hook_event_name": "UserPromptSubmit",
        "cwd": str(desk.shop),
        "prompt": "Add an api",
        "transcript_path": "t",
    }
    done = subprocess.run(
        [str(desk.bin / "ctxload"), "hook", "--client", desk.name], input=json.dumps(payload), env=desk.env(),
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    answer = json.loads(done.stdout)
    text = answer.get("hookSpecificOutput", answer)["additionalContext"]
    client = find(desk.name)
    assert 0.7 * 10_000 < length(text, client.unit) <= 10_000
    server = desk.say("Add an api")
    assert any(text in said for said in server.texts())


SUBAGENTS = {
    "claude-code": Call("Agent", {"description": "d", "prompt": "Look at the docker", "subagent_type": "Explore"}),
    "codex": Call("spawn_agent", {"message": "Look at the docker", "agent_type": "explorer"}),
    "copilot": Call(
        "task",
        {"agent_type": "explore", "prompt": "Look at the docker", "description": "d", "name": "n", "mode": "sync"},
    ),
    "gemini": Call("invoke_agent", {"agent_name": "codebase_investigator", "prompt": "Look at the docker"}),
    "opencode": Call("task", {"description": "d", "prompt": "Look at the docker", "subagent_type": "explore"}),
}


@every_client
def test_a_subagent_gets_what_its_own_task_calls_for(desk: Desk) -> None:
    install(desk)
    wait = Call("exec_command", {"cmd": "sleep 2"})  # Codex ends without waiting for its subagents
    calls = (SUBAGENTS[desk.name], *([wait] * 3 if desk.name == "codex" else []))
    server = desk.say("Add an api, and let somebody else look at the rest", calls=calls)
    assert SUBAGENTS[desk.name] not in server.calls, "the client did not offer the tool"
    with_api = [text for text in server.texts() if API in text]
    subagent = [text for text in server.texts() if DOCKER in text and API not in text]
    assert with_api and subagent
    assert not any(DOCKER in text and API in text for text in with_api)


@pytest.mark.parametrize("name", ["claude-code"])
def test_after_compaction_claude_code_has_it_again(desk: Desk) -> None:
    install(desk)
    desk.say("Add an api")
    desk.say("/compact", again=True)
    server = desk.say("Plan the next quarter", again=True)
    assert server.count(API) == 1


@pytest.mark.parametrize("name", ["codex"])
def test_after_compaction_codex_has_it_again(desk: Desk) -> None:
    install(desk)
    more = ("-c", "model_auto_compact_token_limit=3")
    server = desk.say("Add an api", calls=(Call("exec_command", {"cmd": "true"}),), more=more)
    first, *_, last = server.texts()
    assert first.count(API) == 1 and last.count(API) == 1


@pytest.mark.parametrize("name", ["codex"])
def test_codex_runs_nothing_before_its_user_trusts_it_and_doctor_says_so(desk: Desk) -> None:
    said = desk.ctxload("install", "codex", "--yes")
    assert "/hooks" in said
    assert not desk.say("Add an api").saw(API)
    done = subprocess.run(
        [str(desk.bin / "ctxload"), "doctor", "codex"], cwd=desk.shop, env=desk.env(), capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "trusted  no" in done.stdout and "/hooks" in done.stdout
    trust(desk)
    assert desk.say("Add an api").saw(API)
    said = desk.ctxload("doctor", "codex")
    assert "trusted  yes" in said and "next     nothing to do" in said


@every_client
def test_doctor_knows_when_it_last_gave_something(desk: Desk) -> None:
    install(desk)
    assert "never given anything yet" in desk.ctxload("doctor", desk.name)
    desk.say("Add an api")
    said = desk.ctxload("doctor", desk.name)
    assert "1 of 1 files" in said and "nothing to do" in said


@every_client
def test_a_project_may_install_it_for_everybody(desk: Desk) -> None:
    desk.ctxload("install", desk.name, "--project", "--yes")
    if desk.name == "codex":  # what it notes when its user says that the folder is to be trusted
        (desk.home / ".codex").mkdir(exist_ok=True)
        trusted = f'[projects."{desk.shop}"]\ntrust_level = "trusted"\n'
        (desk.home / ".codex" / "config.toml").write_text(trusted, encoding="utf-8")
        trust(desk)
    if desk.name == "copilot":
        desk.more["COPILOT_ALLOW_ALL"] = "true"
    if desk.name == "gemini":
        trusted = json.dumps({str(desk.shop): "TRUST_FOLDER"})
        (desk.home / ".gemini" / "trustedFolders.json").write_text(trusted, encoding="utf-8")
        desk.skip_trust = False
    assert desk.say("Add an api").saw(API)
    desk.ctxload("uninstall", desk.name, "--project", "--yes")
    assert not desk.say("Add an api").saw(API)


# ── files that are touched ───────────────────────────────────────────────────────────────────────────────

KINDS = """\
version: 1.0
context_files:
  - {path: context/api.md, for_files: ["**/*.ts"]}
  - {path: context/docker.md, for_files: ["**/*.py"]}
"""


def write(desk: Desk, name: str) -> Call:
    """The call by which a model writes a new file, in the words of each client."""
    path, text = str(desk.shop / name), "x = 1\n"
    return {
        "claude-code": Call("Write", {"file_path": path, "content": text}),
        "codex": Call("apply_patch", {"input": f"*** Begin Patch\n*** Add File: {name}\n+{text}*** End Patch\n"}),
        "copilot": Call("create", {"path": path, "file_text": text}),
        "gemini": Call("write_file", {"file_path": path, "content": text}),
        "opencode": Call("write", {"filePath": path, "content": text}),
    }[desk.name]


def shell(desk: Desk, line: str) -> Call:
    """The call by which a model runs a line of a shell."""
    tool, field = {
        "claude-code": ("Bash", "command"), "codex": ("exec_command", "cmd"), "copilot": ("bash", "command"),
        "gemini": ("run_shell_command", "command"), "opencode": ("bash", "command"),
    }[desk.name]  # fmt: skip
    more = {} if desk.name == "codex" else {"description": "d"}
    return Call(tool, {field: line, **more})


def reading(desk: Desk) -> Call:
    """The call by which a model reads a file."""
    path = str(desk.shop / "old.ts")
    return {
        "claude-code": Call("Read", {"file_path": path}),
        "codex": shell(desk, "cat old.ts"),
        "copilot": Call("view", {"path": path}),
        "gemini": Call("read_file", {"file_path": path}),
        "opencode": Call("read", {"filePath": path}),
    }[desk.name]


def make(desk: Desk, *calls: Call) -> ModelServer:
    """A prompt that names no file and no keyword, and a model that answers it with these calls of tools."""
    more = {
        "claude-code": ("--permission-mode", "acceptEdits", "--allowedTools", "Bash"),
        "codex": ("--sandbox", "workspace-write", "-m", "gpt-5.5"),  # that it offers its tool for patches
    }.get(desk.name, ())
    server = desk.say("Please go on", calls=calls, more=more)
    assert not server.calls, "the client did not offer the tool"
    return server


@pytest.fixture
def kinds(desk: Desk) -> Desk:
    (desk.shop / "context-index.yml").write_text(KINDS, encoding="utf-8")
    (desk.shop / "old.ts").write_text("export const a = 1\n", encoding="utf-8")
    install(desk)
    return desk


def counts(server: ModelServer, text: str) -> list[int]:
    """How often a text stands in each request of the conversation, in order."""
    return [said.count(text) for said in server.texts() if "Please go on" in said]


@every_client
def test_the_request_after_a_write_holds_the_document_once_and_a_second_write_adds_nothing(kinds: Desk) -> None:
    server = make(kinds, write(kinds, "new.ts"), write(kinds, "other.ts"), write(kinds, "run.py"))
    assert (kinds.shop / "new.ts").exists() and (kinds.shop / "run.py").exists()
    typescript, python = counts(server, API)[-4:], counts(server, DOCKER)[-4:]
    assert typescript == [0, 1, 1, 1], "with the answer to the first write, and once"
    assert python == [0, 0, 0, 1], "a write of another kind brings its own"
    assert "when files were touched: run.py" in kinds.ctxload("explain", "--last")


@every_client
def test_a_shell_that_writes_a_file_touches_it(kinds: Desk) -> None:
    server = make(kinds, shell(kinds, "echo 'x = 1' > made.ts"))
    assert (kinds.shop / "made.ts").exists()
    assert counts(server, API)[-2:] == [0, 1]


@every_client
def test_a_session_that_only_reads_brings_nothing(kinds: Desk) -> None:
    server = make(kinds, reading(kinds), shell(kinds, "grep -n const old.ts"))
    assert server.saw("export const a = 1") and not server.saw(API)


@every_client
def test_with_hold_the_second_attempt_is_composed_with_the_document(kinds: Desk) -> None:
    (allowed,) = (path for path in kinds.home.rglob("allowed") if path.is_file())  # where the platform has it
    (allowed.parent / "settings.yml").write_text("hold: true\n", encoding="utf-8")
    refused = make(kinds, write(kinds, "new.ts"))
    assert not (kinds.shop / "new.ts").exists() and counts(refused, API)[-2:] == [0, 1]
    again = make(kinds, write(kinds, "new.ts"), write(kinds, "new.ts"), write(kinds, "run.py"))
    assert (kinds.shop / "new.ts").exists() and (kinds.shop / "run.py").exists()
    assert counts(again, API)[-4:] == [0, 1, 1, 1]
    assert counts(again, DOCKER)[-4:] == [0, 0, 0, 1], "once in a conversation"


# ── the plugin of the repository ─────────────────────────────────────────────────────────────────────────


def clone(desk: Desk) -> Path:
    """The repository as it is cloned: clients copy the whole folder, and here lie environments beside it."""
    folder = desk.home.parent / "clone"
    left_out = shutil.ignore_patterns(
        ".git", ".venv", ".clients", ".nox", "__pycache__", "node_modules", ".*_cache", ".hypothesis"
    )
    shutil.copytree(ROOT, folder, symlinks=True, ignore=left_out)
    return folder


@pytest.mark.parametrize("name", ["claude-code", "codex", "copilot"])
def test_the_plugin_of_the_repository_works_where_ctxload_is_not_installed(desk: Desk) -> None:
    (desk.bin / "ctxload").unlink()
    python = (
        desk.bin / "python3"
    )  # what nobody allowed in the account of whoever runs this is trusted on the command line
    python.write_text(
        f'#!/bin/sh\ncase "$*" in\n*" hook") exec "{sys.executable}" "$@" --trust ;;\n*) exec "{sys.executable}" "$@" ;;\nesac\n',  # noqa: E501
        encoding="utf-8",
    )
    python.chmod(0o755)
    own = find(desk.name).own
    assert own is not None
    folder = str(clone(desk))
    for words in own.adds:
        line = [PROGRAMS[desk.name], *(word.replace("{folder}", folder) for word in words)]
        subprocess.run(line, cwd=desk.shop, env=desk.env(), check=True, capture_output=True, timeout=180)
    trust(desk)
    server = desk.say("Add a REST framework view")
    assert server.saw(API) and not server.saw(DOCKER)


@pytest.mark.parametrize("name", ["claude-code"])
@pytest.mark.parametrize("words", [[], ["--profile", "directory"]])
def test_the_clients_own_validator_passes_the_plugin(desk: Desk, words: list[str]) -> None:
    line = ["claude", "plugin", "validate", "--strict", *words, str(clone(desk))]
    done = subprocess.run(line, cwd=desk.shop, env=desk.env(), capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Validation passed" in done.stdout


# ── facts about the clients ──────────────────────────────────────────────────────────────────────────────


#: What each client takes of a hook, in its unit, and more than it takes; None where no end was seen.
TAKEN = {
    "claude-code": (10_000, 10_001),
    "codex": (10_000, 12_000),
    "copilot": (60_000, None),
    "gemini": (60_000, None),
}


@pytest.mark.parametrize("name", TAKEN)
@pytest.mark.parametrize("char", ["x", "語", "🎉"])
def test_a_client_takes_as_much_as_the_table_says_and_not_more(desk: Desk, char: str) -> None:
    client = find(desk.name)
    for size, whole in zip(TAKEN[desk.name], (True, False), strict=True):
        if size is None:
            continue
        step = length(char, client.unit)
        text = "MARK" + char * (-(-(size - 4) // step) if not whole else (size - 4) // step)
        assert (length(text, client.unit) <= TAKEN[desk.name][0]) is whole
        answer = client.added(client.hooks[0].event, text)
        (desk.home / "out.json").write_text(json.dumps(answer), encoding="utf-8")
        path = desk.home / client.folder / client.user_file
        path.parent.mkdir(parents=True, exist_ok=True)
        before = read_settings(str(path))
        hook = client.replace(hooks=client.hooks[:1])
        command = f"cat {shlex.quote(str(desk.home / 'out.json'))} # ctxload hook"
        path.write_text(with_hooks(hook, before, command).text, encoding="utf-8")
        trust(desk)
        assert desk.say("Hello").saw(text) is whole


@every_client
def test_a_client_is_of_the_version_that_was_tried(desk: Desk) -> None:
    words = [PROGRAMS[desk.name], "--version"]
    done = subprocess.run(words, cwd=desk.shop, env=desk.env(), capture_output=True, text=True, timeout=60)
    assert find(desk.name).version in done.stdout + done.stderr


# ── the inspector of MCP ─────────────────────────────────────────────────────────────────────────────────


INSPECTED = {
    "tools/list": ["load_context", "explain_context"],
    "tools/call --tool-name load_context --tool-arg task=api": [API, "context/api.md"],
    "tools/call --tool-name load_context --tool-arg agent=x": ["isError"],
    "resources/list": ["ctxload://index", "ctxload://file/context/api.md"],
    "resources/templates/list": ["ctxload://file/{+path}"],
    "resources/read --uri ctxload://file/context/api.md": [API],
    "prompts/list": ["load"],
    "prompts/get --prompt-name load --prompt-args task=api": [API],
}


@pytest.mark.parametrize("asked", INSPECTED)
def test_the_inspector_of_mcp_takes_each_answer(tmp_path: Path, asked: str) -> None:
    inspector = tools.installed("inspector")
    if inspector is None:
        pytest.skip("the inspector of MCP is not installed: `nox -s clients` installs it")
    (tmp_path / "context").mkdir()
    (tmp_path / "context" / "api.md").write_text(f"# API\n\n{API}\n", encoding="utf-8")
    (tmp_path / "context" / "docker.md").write_text(f"# Docker\n\n{DOCKER}\n", encoding="utf-8")
    (tmp_path / "context-index.yml").write_text(INDEX, encoding="utf-8")
    served = [sys.executable, "-m", "ctxload", "serve", "--mcp", "--trust", "--root", str(tmp_path)]
    done = subprocess.run(
        [str(inspector), "--cli", *served, "--method", *asked.split()],
        capture_output=True, text=True, timeout=120, env={**os.environ, "HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert all(words in done.stdout for words in INSPECTED[asked]), done.stdout
