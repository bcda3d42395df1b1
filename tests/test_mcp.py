"""The MCP server, asked by the official client: in the current protocol, and in the one with a handshake."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO

import pytest

import ctxload as package
from ctxload import ContextLoader
from ctxload.workspace.content import Content, read_content
from ctxload.workspace.tree import DiskTree

PATIENCE = 60
heavy = pytest.mark.heavy  # the client and the service, each in a second of its own
both = pytest.mark.parametrize("mode", ["auto", pytest.param("legacy", marks=heavy)])
pytestmark = pytest.mark.skipif(find_spec("mcp") is None, reason="needs the extra ctxload[mcp]")

INDEX = """\
context_files:
  - {id: api, path: context/api.md, description: How views are written, keywords: [rest framework, api], agents: [backend-developer]}
  - {id: form, path: "context/a form.md", keywords: [form, 😀]}
fallback: none
"""  # noqa: E501


def environment() -> dict[str, str]:
    """The environment of the tests, in which every process finds this package."""
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(Path(package.__file__).resolve().parents[1]), os.environ["PYTHONPATH"])),
    }


@pytest.fixture(autouse=True)
def allowed(tmp_path: Path, allow: Callable[[Path], None]) -> None:
    """The person has allowed the projects of these tests; `test_trust` has those they have not."""
    allow(tmp_path)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    for name in ("api", "a form", "unlisted"):
        path = folder / "context" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {name}\n\nWhat to know about {name}.\n", encoding="utf-8")
    (folder / "context-index.yml").write_text(INDEX, encoding="utf-8")
    return folder


def talk(project: Path, mode: str, ask: Callable[[Any], Awaitable[Any]], code: str = "", **more: Any) -> Any:
    """Runs a conversation of the official client with a service in a real process."""
    from mcp.client.client import Client
    from mcp.client.stdio import StdioServerParameters, stdio_client

    env = {**environment(), **more.pop("env", {})}
    start = f"{code}\nfrom ctxload.start import main; main()"
    server = StdioServerParameters(
        command=sys.executable, args=["-c", start, "serve", "--mcp"], cwd=more.pop("cwd", project), env=env
    )

    async def run() -> Any:
        async with asyncio.timeout(PATIENCE), Client(stdio_client(server), mode=mode, **more) as client:
            return await ask(client)

    return asyncio.run(run())


@both
def test_the_tools_are_listed_and_answer(project: Path, mode: str) -> None:
    async def ask(client: Any) -> None:
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == ["load_context", "explain_context"]
        assert all(tool.annotations.read_only_hint for tool in tools)
        found = await client.call_tool(
            "load_context", {"task": "Add a REST-framework view", "agent": "backend-developer"}
        )
        assert not found.is_error and "What to know about api." in found.content[0].text
        assert found.structured_content["sources"] == ["context/api.md"]
        assert found.structured_content["layer"] == "keyword"
        why = await client.call_tool("explain_context", {"task": "Add a REST-framework view"})
        assert "keyword `rest framework`" in why.content[0].text

    talk(project, mode, ask)


@pytest.mark.heavy
def test_the_conversation_on_the_page_is_the_one_that_is_had(tmp_path: Path, update_docs: bool) -> None:
    page = Path(__file__).resolve().parents[1] / "docs" / "mcp.md"
    text = page.read_text(encoding="utf-8")
    (tmp_path / "context").mkdir()
    for name in ("api", "form"):
        (tmp_path / "context" / f"{name}.md").write_text(f"# {name}\n", encoding="utf-8")
    [index] = re.findall(r"<!-- file: shop/context-index.yml -->\n```yaml other\n(.*?)```", text, re.DOTALL)
    (tmp_path / "context-index.yml").write_text(index, encoding="utf-8")
    said: list[str] = []

    async def call(client: Any, task: str) -> None:
        said.append(f"tools/call load_context {json.dumps({'task': task})}")
        found = await client.call_tool("load_context", {"task": task})
        first = found.content[0].text.splitlines()[0]
        said.extend(
            [f"  error: {first}"] if found.is_error else [f"  {json.dumps(found.structured_content)}", f"  {first}"]
        )

    async def ask(client: Any) -> None:
        said.append("tools/list")
        said.extend(f"  {tool.name}: {tool.description}" for tool in (await client.list_tools()).tools)
        await call(client, "Add a REST-framework view")
        await call(client, "Context: context/apo.md")
        said.append("resources/list")
        said.extend(f"  {each.uri}" for each in (await client.list_resources()).resources)
        said.append('prompts/get load {"task": "Fix the form"}')
        said.append(f"  {(await client.get_prompt('load', {'task': 'Fix the form'})).description}")

    talk(tmp_path, "auto", ask)
    now = re.sub(
        r"(<!-- transcript: mcp -->\n```text\n).*?```",
        lambda found: found[1] + "\n".join(said) + "\n```",
        text,
        flags=re.DOTALL,
    )
    if update_docs:
        page.write_bytes(now.encode("utf-8"))
    assert page.read_text(encoding="utf-8") == now


@pytest.mark.heavy
@both
def test_what_cannot_be_answered_is_an_error_that_says_what_to_do(project: Path, mode: str) -> None:
    async def ask(client: Any) -> None:
        missing = await client.call_tool("load_context", {"task": "Context: context/ap.md"})
        assert missing.is_error and "did you mean `context/api.md`?" in missing.content[0].text
        for given in ({}, {"task": 1}, {"task": "x", "tsak": "y"}, {"task": "x", "budget": 0}):
            assert (await client.call_tool("load_context", given)).is_error
        with pytest.raises(Exception, match="load_context"):
            await client.call_tool("laod_context", {"task": "x"})
        assert not (await client.call_tool("load_context", {"task": "form"})).is_error

    talk(project, mode, ask)


@pytest.mark.heavy
@both
def test_the_index_and_its_files_are_resources_and_nothing_else_is(project: Path, mode: str) -> None:
    async def ask(client: Any) -> None:
        listed = (await client.list_resources()).resources
        assert [str(each.uri) for each in listed] == [
            "ctxload://index", "ctxload://file/context/api.md", "ctxload://file/context/a%20form.md",
        ]  # fmt: skip
        texts = [(await client.read_resource(str(each.uri))).contents[0].text for each in listed]
        assert texts[0] == INDEX and texts[2].startswith("# a form\n")
        assert len((await client.list_resource_templates()).resource_templates) == 1
        for uri in ("file/context/unlisted.md", "file/../project/context-index.yml", "file/%2Fetc%2Fpasswd", "no"):
            with pytest.raises(Exception, match="no resource"):
                await client.read_resource(f"ctxload://{uri}")

    talk(project, mode, ask)


@pytest.mark.heavy
@both
def test_the_prompt_gives_the_documents_and_the_task(project: Path, mode: str) -> None:
    async def ask(client: Any) -> None:
        [prompt] = (await client.list_prompts()).prompts
        assert (prompt.name, [each.name for each in prompt.arguments]) == ("load", ["task", "agent"])
        given = await client.get_prompt("load", {"task": "Fix the form"})
        text = given.messages[0].content.text
        assert "What to know about a form." in text and text.endswith("Fix the form")
        for given, words in (({}, "task"), ({"task": "x", "tsak": "y"}, "unknown argument tsak")):
            with pytest.raises(Exception, match=words):
                await client.get_prompt("load", given)

    talk(project, mode, ask)


@pytest.mark.heavy
@both
def test_no_secret_and_nothing_outside_is_a_resource_by_a_folder_or_a_glob(project: Path, mode: str) -> None:
    for name in ("id_rsa", ".env", "note.md", "ignored.md"):
        (project / "context" / name).write_text("text\n", encoding="utf-8")
    (project / ".ctxignore").write_text("ignored.md\n", encoding="utf-8")
    (project.parent / "outside.md").write_text("text\n", encoding="utf-8")
    index = "context_files:\n  - {id: a, path: [context/, 'context/*', ../outside.md], keywords: [a]}\n"
    (project / "context-index.yml").write_text(index, encoding="utf-8")

    async def ask(client: Any) -> None:
        listed = [each.uri for each in (await client.list_resources()).resources]
        assert sorted(str(uri).rpartition("/")[2] for uri in listed[1:]) == [
            "a%20form.md", "api.md", "note.md", "unlisted.md",
        ]  # fmt: skip
        for name in ("id_rsa", ".env", "ignored.md", "../../outside.md"):
            with pytest.raises(Exception, match="no resource"):
                await client.read_resource(f"ctxload://file/context/{name}")

    talk(project, mode, ask)


@pytest.mark.heavy
@both
def test_what_is_to_be_remarked_on_an_answer_is_in_it(project: Path, mode: str) -> None:
    async def ask(client: Any) -> None:
        found = await client.call_tool("load_context", {"task": "an api", "agent": "backend-developr"})
        assert "did you mean `backend-developer`?" in found.content[1].text
        assert found.content[1].text == f"ctxload: {found.structured_content['remarks'][0]}"
        (project / "context-index.yml").write_text("context_files: [\n", encoding="utf-8")
        for tool in ("load_context", "explain_context"):
            found = await client.call_tool(tool, {"task": "an api"})
            assert "the last good one answers" in found.content[1].text

    talk(project, mode, ask)


@pytest.mark.heavy
@both
def test_an_answer_without_documents_says_so_in_words(project: Path, mode: str) -> None:
    async def ask(client: Any) -> None:
        nothing = await client.call_tool("load_context", {"task": "Plan the quarter"})
        assert nothing.content[0].text == "No document of this project matches this task."
        small = await client.call_tool("load_context", {"task": "an api", "budget": 1})
        assert small.content[0].text.endswith("Left out: context/api.md")

    talk(project, mode, ask)


def change(project: Path) -> None:
    draft = project / ".draft"
    draft.write_text(INDEX.replace("id: form", "id: forms"), encoding="utf-8")
    os.replace(draft, project / "context-index.yml")


@pytest.mark.heavy
def test_a_change_of_the_index_is_announced_to_who_listens(project: Path) -> None:
    async def ask(client: Any) -> None:
        async with client.listen(resources_list_changed=True) as events:
            change(project)
            async for event in events:
                assert type(event).__name__ == "ResourcesListChanged"
                break
        assert "forms" in [each.name for each in (await client.list_resources()).resources]

    talk(project, "auto", ask)


@pytest.mark.heavy
def test_a_change_of_the_index_is_announced_after_a_handshake_without_being_asked_for(project: Path) -> None:
    told = asyncio.Event()

    async def note(message: Any) -> None:
        if "resources/list_changed" in json.dumps(message, default=lambda each: each.model_dump(), skipkeys=True):
            told.set()

    async def ask(client: Any) -> None:
        await client.list_tools()
        change(project)
        await told.wait()
        assert "forms" in [each.name for each in (await client.list_resources()).resources]

    talk(project, "legacy", ask, message_handler=note)


@pytest.mark.heavy
@pytest.mark.parametrize("what", ["comes", "goes", "index"])
def test_a_file_that_comes_or_goes_and_an_index_that_comes_change_the_list_and_are_announced(
    project: Path, what: str
) -> None:
    file = project / "context" / "api.md"
    if what == "comes":
        file.unlink()
    if what == "index":
        (project / "context-index.yml").unlink()

    async def ask(client: Any) -> None:
        async with client.listen(resources_list_changed=True) as events:
            if what == "goes":
                file.unlink()
            elif what == "comes":
                file.write_text("# API\n", encoding="utf-8")
            else:
                (project / "context-index.yml").write_text(INDEX, encoding="utf-8")
            async for event in events:
                assert type(event).__name__ == "ResourcesListChanged"
                break
        names = [each.name for each in (await client.list_resources()).resources]
        assert ("api" in names) is (what != "goes")

    talk(project, "auto", ask)


@pytest.mark.heavy
def test_a_client_that_knows_nothing_newer_than_the_handshake_of_2025_is_served(project: Path) -> None:
    """As the clients in use begin: `initialize`, a notification, then requests; each a line."""
    lines: list[dict[str, Any]] = [
        {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
            "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "old", "version": "1"}}},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "load_context", "arguments": {"task": "api"}}},  # noqa: E501
    ]  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-m", "ctxload", "serve", "--mcp"],
        cwd=project,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        answers = {}
        for line in lines:
            process.stdin.write(json.dumps(line).encode() + b"\n")
            process.stdin.flush()
            if "id" in line:
                answers[line["id"]] = json.loads(process.stdout.readline())["result"]
        process.stdin.close()
        assert process.wait(PATIENCE) == 0
    assert answers[0]["protocolVersion"] == "2025-11-25"
    assert answers[0]["capabilities"]["resources"]["listChanged"] is True
    assert len(answers[1]["tools"]) == 2
    assert "What to know about api." in answers[2]["content"][0]["text"]


@pytest.mark.heavy
def test_stray_prints_do_not_break_the_protocol(project: Path) -> None:
    noise = (
        "import os\nfrom ctxload.integrations.rpc.service import Service\nreal = Service.load\n"
        "def load(*a):\n print('stray', flush=True)\n os.write(1, b'stray\\n')\n return real(*a)\nService.load = load"
    )

    async def ask(client: Any) -> None:
        assert not (await client.call_tool("load_context", {"task": "api"})).is_error

    talk(project, "auto", ask, code=noise)


@pytest.mark.heavy
def test_without_an_index_the_tools_say_so(tmp_path: Path) -> None:
    async def ask(client: Any) -> None:
        found = await client.call_tool("load_context", {"task": "api"})
        assert found.is_error and "ctxload init" in found.content[0].text
        assert (await client.list_resources()).resources == []

    talk(tmp_path, "auto", ask)


@pytest.mark.heavy
def test_started_elsewhere_it_serves_the_project_that_the_client_names(project: Path, tmp_path: Path) -> None:
    async def ask(client: Any) -> None:
        assert not (await client.call_tool("load_context", {"task": "api"})).is_error

    (tmp_path / "elsewhere").mkdir()
    talk(project, "auto", ask, cwd=tmp_path / "elsewhere", env={"CLAUDE_PROJECT_DIR": str(project)})


@pytest.mark.heavy
@both
def test_the_official_client_is_asked_for_its_roots_where_nothing_else_names_a_project(
    project: Path, tmp_path: Path, mode: str
) -> None:
    import mcp_types as mcp

    async def roots(*_: Any) -> Any:
        return mcp.ListRootsResult(roots=[mcp.Root(uri=project.as_uri())])  # type: ignore[arg-type]

    async def ask(client: Any) -> None:
        found = await client.call_tool("load_context", {"task": "api"})
        assert found.structured_content["sources"] == ["context/api.md"]
        assert len((await client.list_resources()).resources) == 3

    (tmp_path / "elsewhere").mkdir()
    talk(project, mode, ask, cwd=tmp_path / "elsewhere", list_roots_callback=roots)


@pytest.mark.heavy
@both
def test_the_official_client_lists_and_gets_skills(skilled: Path, mode: str) -> None:
    import mcp_types as mcp

    class Found(mcp.Result):
        skills: list[dict[str, Any]] = []
        skill: dict[str, Any] = {}

    async def ask(client: Any) -> None:
        listed = await client.session.send_request(mcp.Request(method="skills/list", params=None), Found)
        uris = [skill["uri"] for skill in listed.skills]
        assert "skill://.claude/skills/refunds/SKILL.md" in uris
        for uri in uris:
            asked = mcp.Request[dict[str, Any], str](method="skills/get", params={"uri": uri})
            skill = (await client.session.send_request(asked, Found)).skill
            for file in skill["resources"]:
                text = (await client.read_resource(file["uri"])).contents[0].text
                assert file["digest"] == f"sha256:{sha256(text.encode()).hexdigest()}"

    talk(skilled, mode, ask)


@pytest.mark.heavy
def test_a_document_that_a_client_listens_to_is_told_when_it_changes(project: Path) -> None:
    uri = "ctxload://file/context/api.md"

    async def ask(client: Any) -> None:
        async with client.listen(resource_subscriptions=[uri]) as events:
            replace(project / "context" / "api.md", "# Edited\n")
            async for event in events:
                assert (type(event).__name__, str(event.uri)) == ("ResourceUpdated", uri)
                break

    talk(project, "auto", ask)


@pytest.mark.heavy
@pytest.mark.skipif(os.name != "posix", reason="needs POSIX")
def test_sigterm_ends_the_service_with_0(project: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "ctxload", "serve", "--mcp"],
        cwd=project,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n')
        process.stdin.flush()
        assert process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


@pytest.mark.heavy
def test_without_the_extra_the_command_says_what_to_install(project: Path) -> None:
    code = (
        "import sys\nsys.modules['mcp'] = None\nsys.modules['mcp_types'] = None\nfrom ctxload.start import main\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "serve", "--mcp"],
        cwd=project,
        env=environment(),
        capture_output=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 2 and b"pip install 'ctxload[mcp]'" in done.stderr and done.stdout == b""


@pytest.mark.heavy
def test_two_protocols_at_once_are_a_usage_error(project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ctxload", "serve", "--mcp", "--lsp"],
        cwd=project,
        env=environment(),
        capture_output=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 2 and b"choose one" in done.stderr


# ── in this process: lines in, lines out ─────────────────────────────────────────────────────────────────

MODERN = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {"roots": {}},
}
CALL = {"name": "load_context", "arguments": {"task": "an api"}}


class Peer:
    """A client that writes its lines by hand, and a service in a thread."""

    def __init__(self, root: str = "") -> None:
        from ctxload.integrations.mcp.served import Served
        from ctxload.integrations.mcp.server import serve

        reads, self.asks = pipe()
        self.answers, writes = pipe()
        self.served = Served("", root, (), trust=False)

        def run() -> None:
            with reads, writes:
                serve(self.served, reads, writes)

        self.thread = Thread(target=run, daemon=True)
        self.thread.start()

    def send(self, *lines: Any) -> None:
        """Writes lines, whatever they are; a value as JSON."""
        for line in lines:
            data = line if isinstance(line, bytes) else json.dumps({"jsonrpc": "2.0", **line}).encode()
            self.asks.write(data + b"\n")
        self.asks.flush()

    def next(self) -> dict[str, Any]:
        """The next line of the service."""
        return json.loads(self.answers.readline())  # type: ignore[no-any-return]

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """The answer to one request; what else comes before it is passed over."""
        self.send({"id": method, "method": method, "params": params})
        while (found := self.next()).get("id") != method or "method" in found:
            pass
        return found

    def begin(self, **capabilities: Any) -> dict[str, Any]:
        """The handshake."""
        client = {"name": "test", "version": "1"}
        begun = self.ask("initialize", protocolVersion="2025-11-25", capabilities=capabilities, clientInfo=client)
        self.send({"method": "notifications/initialized"})
        return begun

    def end(self) -> list[dict[str, Any]]:
        """Closes the input; what is still answered."""
        self.asks.close()
        with self.answers:
            rest = [json.loads(line) for line in self.answers]
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()
        return rest


def pipe() -> tuple[BinaryIO, BinaryIO]:
    reads, writes = os.pipe()
    return os.fdopen(reads, "rb"), os.fdopen(writes, "wb")


HALF, PAIR = b"\\ud800", b"\\ud83c\\udf89"
#: Lines, and the error that answers them, with its id.
WRONG: list[tuple[bytes, int, Any]] = [
    (b"nope", -32700, None),
    (b"\xff\xfe", -32700, None),
    (b"[" * 100_000, -32700, None),
    (b'{"jsonrpc": "2.0", "id": 7, "method": "tools/list"', -32700, None),
    (b"3", -32600, None),
    (b'[{"jsonrpc": "2.0", "id": 7, "method": "tools/list"}]', -32600, None),
    (b'{"id": 7, "method": "tools/list"}', -32600, 7),
    (b'{"jsonrpc": "2.0", "id": 7, "method": 5}', -32600, 7),
    (b'{"jsonrpc": "2.0", "id": null, "method": "tools/list"}', -32600, None),
    (b'{"jsonrpc": "2.0", "id": true, "method": "tools/list"}', -32600, None),
    (b'{"jsonrpc": "2.0", "id": 1.5, "method": "tools/list"}', -32600, 1.5),
    (b'{"jsonrpc": "2.0", "id": "x", "method": "tools/list", "params": [1]}', -32600, "x"),
    (b'{"jsonrpc": "2.0", "id": 7, "method": "tools/lost"}', -32601, 7),
    (b'{"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {}}', -32602, 7),
    (b'{"jsonrpc": "2.0", "id": 7, "method": "skills/get"}', -32602, 7),
    (b'{"jsonrpc": "2.0", "id": 7, "method": "resources/read", "params": {"uri": "' + HALF + b'"}}', -32002, 7),
    (b'{"jsonrpc": "2.0", "id": "' + HALF + b'", "method": "tools/lost"}', -32601, "?"),
]  # fmt: skip


def test_each_line_that_is_no_good_request_is_answered_with_an_error_and_the_next_one_is_read(project: Path) -> None:
    peer = Peer(str(project))
    peer.begin()
    for line, code, number in WRONG:
        peer.send(line)
        found = peer.next()
        assert (found["error"]["code"], found["id"]) == (code, number), line
    peer.send(
        b"", b"  ", b'{"jsonrpc": "2.0", "id": 99, "result": 3}', b'{"jsonrpc": "2.0", "method": "notifications/odd"}'
    )
    assert "result" in peer.ask("tools/list")
    assert peer.end() == []


def test_a_line_that_is_too_long_is_answered_and_the_next_one_is_read(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ctxload.integrations.mcp import wire

    monkeypatch.setattr(wire, "FRAME_LIMIT", 1_000)
    peer = Peer(str(project))
    peer.begin()
    for length in (999, 1_000, 1_001, 2_000, 5_000):
        peer.send(b"[" + b"1, " * length)
        assert peer.next()["error"]["code"] == -32700
    assert "result" in peer.ask("ping")
    peer.end()


def test_a_call_with_half_a_character_or_a_very_long_number_is_answered(project: Path) -> None:
    peer = Peer(str(project))
    peer.begin()
    call = b'{"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "%s", "arguments": {%s}}}'
    peer.send(call % (b"load_context", b'"task": "the api ' + HALF + b" " + PAIR + b'"'))
    assert "# Project documents" in peer.next()["result"]["content"][0]["text"]
    peer.send(call % (b"load_context", b'"task": "the api", "budget": ' + b"9" * 5000))
    assert "# Project documents" in peer.next()["result"]["content"][0]["text"]
    peer.send(call % (b"explain_context", b'"task": "' + HALF + b'", "context": ["' + HALF + b'"]'))
    assert peer.next()["result"]["isError"]
    peer.end()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_file_whose_name_is_not_utf_8_costs_no_answer(project: Path) -> None:
    (project / "context-index.yml").write_text("context_files: [{id: a, path: context/, keywords: [api]}]\n")
    (Path(os.fsdecode(os.fsencode(project) + b"/context/caf\xe9.md"))).write_text("# Coffee\n")
    peer = Peer(str(project))
    peer.begin()
    assert "api.md" in str(peer.ask("tools/call", **CALL)["result"])
    assert "api.md" in str(peer.ask("resources/list")["result"])
    peer.end()


def test_what_is_under_way_at_the_end_of_input_is_answered(project: Path) -> None:
    peer = Peer(str(project))
    peer.begin()
    requests = [{"id": number, "method": "tools/call", "params": CALL} for number in range(8)]
    peer.send(*requests, {"id": "listen", "method": "ping"})
    answers = {one["id"]: one for one in peer.end() if "id" in one}
    assert set(answers) == {*range(8), "listen"}
    assert all("What to know about api." in answers[number]["result"]["content"][0]["text"] for number in range(8))


def test_what_the_client_cancelled_is_not_waited_for_at_the_end_of_input(project: Path) -> None:
    peer = Peer(str(project))
    peer.begin()
    call = {"id": 1, "method": "tools/call", "params": CALL}
    peer.send(call, {"method": "notifications/cancelled", "params": {"requestId": 1}})
    assert [one for one in peer.end() if one.get("id") != 1] == []


# ── roots ────────────────────────────────────────────────────────────────────────────────────────────────


def root_at(*folders: Path) -> dict[str, Any]:
    return {"roots": [{"uri": folder.as_uri()} for folder in folders]}


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory outside any project."""
    folder = tmp_path / "else where"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("CTXLOAD_INDEX", raising=False)
    return folder


def test_started_outside_a_project_the_client_is_asked_for_its_roots_and_followed(
    project: Path, elsewhere: Path, tmp_path: Path
) -> None:
    other = tmp_path / "ö ther"
    (other / "sub").mkdir(parents=True)
    (other / "context-index.yml").write_text("context_files: [{id: b, path: b.md, keywords: [api]}]\n")
    (other / "b.md").write_text("# The other project\n")
    peer = Peer()
    peer.begin(roots={"listChanged": True})
    asked = peer.next()
    assert asked["method"] == "roots/list"
    peer.send({"id": asked["id"], "result": root_at(elsewhere, project)})
    assert peer.next()["method"] == "notifications/resources/list_changed"
    assert peer.ask("tools/call", **CALL)["result"]["structuredContent"]["sources"] == ["context/api.md"]
    peer.send({"method": "notifications/roots/list_changed"})
    asked = peer.next()
    peer.send({"id": asked["id"], "result": root_at(other / "sub")})  # within it, as a part that is opened alone
    assert peer.next()["method"] == "notifications/resources/list_changed"
    assert "The other project" in str(peer.ask("tools/call", **CALL))
    peer.end()


def test_a_question_that_comes_before_the_roots_waits_for_them(project: Path, elsewhere: Path) -> None:
    peer = Peer()
    peer.begin(roots={})
    peer.send({"id": 5, "method": "tools/call", "params": CALL})
    asked = peer.next()
    assert asked["method"] == "roots/list"
    peer.send({"id": asked["id"], "result": root_at(project)})
    answers = [peer.next(), peer.next()]
    [answer] = [one for one in answers if one.get("id") == 5]
    assert answer["result"]["structuredContent"]["sources"] == ["context/api.md"]
    peer.end()


def test_in_the_current_protocol_a_call_is_answered_with_the_question_for_roots(project: Path, elsewhere: Path) -> None:
    peer = Peer()
    first = peer.ask("tools/call", **CALL, _meta=MODERN)["result"]
    assert first["resultType"] == "input_required"
    [(key, request)] = first["inputRequests"].items()
    assert request["method"] == "roots/list"
    given = {key: root_at(project)}
    again = peer.ask("tools/call", **CALL, inputResponses=given, _meta=MODERN)["result"]
    assert again["structuredContent"]["sources"] == ["context/api.md"]
    assert peer.ask("tools/call", **CALL, _meta=MODERN)["result"]["resultType"] == "complete"
    assert len(peer.ask("resources/list", _meta=MODERN)["result"]["resources"]) == 3
    peer.end()


@pytest.mark.parametrize("given", ["none", "nothing", "refused", "no answer"])
def test_where_nothing_is_found_the_answer_names_root(project: Path, elsewhere: Path, given: str) -> None:
    peer = Peer()
    peer.begin(**({} if given == "none" else {"roots": {}}))
    if given != "none":
        asked = peer.next()
        result = {"result": root_at(elsewhere)} if given == "nothing" else {"error": {"code": -1, "message": "no"}}
        if given != "no answer":
            peer.send({"id": asked["id"], **result})
    peer.send({"id": 5, "method": "tools/call", "params": CALL})
    [answer] = [one for one in peer.end() if one.get("id") == 5]
    text = answer["result"]["content"][0]["text"]
    assert answer["result"]["isError"] and "`ctxload serve --mcp --root FOLDER`" in text
    assert str(elsewhere) in text


def test_a_root_that_the_person_has_denied_gives_nothing(elsewhere: Path, project: Path) -> None:
    from ctxload.workspace import allowing, trust

    allowing.remember(trust.DENIED, [str(project)])
    peer = Peer()
    told: list[str] = []
    peer.served.tell = lambda service, why: told.append(f"{service.folder}: {why}")
    peer.begin(roots={})
    asked = peer.next()
    peer.send({"id": asked["id"], "result": root_at(project)})
    found = peer.ask("tools/call", **CALL)["result"]
    assert found["isError"] and "gives no documents" in found["content"][0]["text"]
    assert peer.ask("resources/list")["result"]["resources"] == []
    assert peer.ask("skills/list")["result"]["skills"] == []
    assert told == [f"{project}: {trust.DENIED}"]  # the person is told, as at the start
    peer.end()


# ── skills ───────────────────────────────────────────────────────────────────────────────────────────────

SKILL = """\
---
name: refunds
description: Process refunds
license: MIT
metadata: {version: 1.5, tags: [a, yes], draft: true, note: ~}
---
# Refunds
key: ghp_%s
""" % ("a1B2c3D4" * 5)


@pytest.fixture
def skilled(project: Path) -> Path:
    """The project with skills where clients look for them; only one of them is as the extension wants it."""
    texts = {
        ".claude/skills/refunds/SKILL.md": SKILL,
        ".claude/skills/refunds/templates/letter.md": "# Letter\n",
        ".claude/skills/refunds/.env": "KEY=1\n",
        ".agents/skills/other/SKILL.md": SKILL,
        ".agents/skills/plain/SKILL.md": "# No front matter\n",
        "docs/guide/SKILL.md": "---\nname: guide\ndescription: The guide\n---\n# Guide\n",
    }
    for name, text in texts.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (project / ".claude/skills/refunds/logo.png").write_bytes(b"\x89PNG\0\0")
    (project / "context-index.yml").write_text(
        INDEX.replace("fallback", "  - {id: guide, path: docs/guide/SKILL.md, keywords: [guide]}\nfallback"),
        encoding="utf-8",
    )
    return project


def test_skills_are_listed_and_got_with_their_front_matter_and_files_as_they_are_read(skilled: Path) -> None:
    peer = Peer(str(skilled))
    assert (
        "io.modelcontextprotocol/skills"
        in peer.ask("server/discover", _meta=MODERN)["result"]["capabilities"]["extensions"]
    )
    found = peer.ask("skills/list", _meta=MODERN)["result"]
    assert found["resultType"] == "complete" and found["ttlMs"] == 0 and found["cacheScope"] == "private"
    skills = {skill["uri"]: skill for skill in found["skills"]}
    uri = "skill://.claude/skills/refunds/SKILL.md"
    assert list(skills) == [uri, "skill://docs/guide/SKILL.md", "skill://ctxload/context-index/SKILL.md"]
    assert skills[uri]["frontmatter"] == {
        "name": "refunds", "description": "Process refunds", "license": "MIT",
        "metadata": {"version": 1.5, "tags": ["a", "yes"], "draft": True, "note": None},
    }  # fmt: skip
    for skill in skills.values():
        assert peer.ask("skills/get", uri=skill["uri"], _meta=MODERN)["result"]["skill"] == skill
        assert skill["resources"][0]["uri"].endswith("/SKILL.md")
        for file in skill["resources"]:
            [content] = peer.ask("resources/read", uri=file["uri"], _meta=MODERN)["result"]["contents"]
            data = content["text"].encode()
            assert file == {"uri": file["uri"], "digest": f"sha256:{sha256(data).hexdigest()}", "size": len(data)}
            assert "ghp_" not in content["text"] and content["mimeType"] == "text/markdown"
    assert [file["uri"].rpartition("/")[2] for file in skills[uri]["resources"]] == ["SKILL.md", "letter.md"]
    listed = peer.ask("resources/list", _meta=MODERN)["result"]["resources"]
    assert [(each["name"], each["description"]) for each in listed if each["uri"] == uri] == [
        ("refunds", "Process refunds")
    ]
    peer.end()


@pytest.mark.parametrize(
    "uri",
    ["skill://.claude/skills/refunds", "skill://.agents/skills/other/SKILL.md", "skill://context/api.md", "skill://x"],
)
def test_what_is_no_skill_is_an_error_that_says_where_skills_are_listed(skilled: Path, uri: str) -> None:
    peer = Peer(str(skilled))
    peer.begin()
    error = peer.ask("skills/get", uri=uri)["error"]
    assert error["code"] == -32602 and "skills/list" in error["message"]
    for name in (".env", "logo.png", "../../../context/unlisted.md"):
        assert "error" in peer.ask("resources/read", uri=f"skill://.claude/skills/refunds/{name}")
    peer.end()


@pytest.mark.parametrize("uri", ["skill://.claude/skills/refunds/templates/letter.md", "skill://docs/guide/SKILL.md"])
def test_for_a_file_of_a_skill_no_other_skill_is_read(skilled: Path, uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from ctxload.integrations.mcp import skills
    from ctxload.integrations.mcp.context import files_of

    read: list[str] = []

    def noted(tree: DiskTree, path: str) -> Content:
        read.append(path)
        return read_content(tree, path)

    monkeypatch.setattr(skills, "read_content", noted)
    loader = ContextLoader(root=skilled)
    tree, home = loader.tree(), uri.removeprefix("skill://").rpartition("/")[0].removesuffix("/templates")
    files = files_of(loader, tree)
    assert skills.text_at(loader, tree, files, uri)
    assert read and all(path.startswith(f"{home}/") for path in read)
    read.clear()
    assert skills.skill_at(loader, tree, files, f"skill://{home}/SKILL.md").folder == home
    assert read and all(path.startswith(f"{home}/") for path in read)


# ── what a model is not told; what changed ───────────────────────────────────────────────────────────────


def test_a_model_is_not_told_how_a_person_opens_a_closed_file(project: Path) -> None:
    (project / "prod.env").write_text("KEY=1\n", encoding="utf-8")
    (project / "context-index.yml").write_text(INDEX + "always: [prod.env]\n", encoding="utf-8")
    peer = Peer(str(project))
    peer.begin()
    for name in ("load_context", "explain_context"):
        for arguments in ({"task": "Context: prod.env"}, {"task": "an api"}, {"task": "x", "context": ["prod.env"]}):
            said = json.dumps(peer.ask("tools/call", name=name, arguments=arguments)["result"])
            assert "prod.env" in said and "--context" not in said, (name, arguments)
    peer.end()


def test_a_subscribed_document_and_the_index_are_told_when_they_change_and_others_are_not(project: Path) -> None:
    peer = Peer(str(project))
    assert peer.begin()["result"]["capabilities"]["resources"] == {"subscribe": True, "listChanged": True}
    uri = "ctxload://file/context/a%20form.md"
    peer.ask("resources/subscribe", uri=uri)
    peer.ask("resources/subscribe", uri="ctxload://index")
    replace(project / "context" / "api.md", "# Edited\n")
    replace(project / "context" / "a form.md", "# Edited\n")
    assert peer.next() == {"jsonrpc": "2.0", "method": "notifications/resources/updated", "params": {"uri": uri}}
    change(project)
    told = [peer.next(), peer.next()]
    assert [one["method"].rpartition("/")[2] for one in told] == ["list_changed", "updated"]
    assert told[1]["params"] == {"uri": "ctxload://index"}
    peer.ask("resources/unsubscribe", uri=uri)
    peer.end()


def test_a_new_file_of_a_folder_changes_the_list(project: Path) -> None:
    (project / "context-index.yml").write_text("context_files: [{id: a, path: context/, keywords: [api]}]\n")
    peer = Peer(str(project))
    peer.begin()
    peer.ask("ping")
    replace(project / "context" / "new.md", "# New\n")
    assert peer.next()["method"] == "notifications/resources/list_changed"
    assert "new.md" in str(peer.ask("resources/list"))
    peer.end()


def replace(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, path)
