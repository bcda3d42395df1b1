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
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import ctxload as package

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
        assert nothing.content[0].text == "No document of this project is called for by this task."
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


HALF, PAIR = "\\ud800", "\\ud83c\\udf89"


@pytest.mark.heavy
def test_a_call_with_half_a_character_or_a_very_long_number_is_answered(project: Path) -> None:
    start = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
    calls = [
        json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": start}),
        '{"jsonrpc": "2.0", "method": "notifications/initialized"}',
        f'{{"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {{"name": "load_context", "arguments": '
        f'{{"task": "the api {HALF} {PAIR}"}}}}}}',
        f'{{"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {{"name": "load_context", "arguments": '
        f'{{"task": "the api", "budget": {"9" * 5000}}}}}}}',
        f'{{"jsonrpc": "2.0", "id": 4, "method": "tools/call", "params": {{"name": "explain_context", "arguments": '
        f'{{"task": "{HALF}", "context": ["{HALF}"]}}}}}}',
        f'{{"jsonrpc": "2.0", "id": 5, "method": "resources/read", "params": {{"uri": "ctxload://file/{HALF}"}}}}',
        f'{{"jsonrpc": "2.0", "id": "{HALF}", "method": "ping"}}',
    ]
    with subprocess.Popen(
        [sys.executable, "-m", "ctxload", "serve", "--mcp", "--root", str(project)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write("".join(f"{call}\n" for call in calls).encode())
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for _ in calls[1:]]
        process.stdin.close()
    by_id = {answer["id"]: answer for answer in answers}
    assert set(by_id) == {1, 2, 3, 4, 5, "?"}
    for number in (2, 3):
        assert "# Project documents" in by_id[number]["result"]["content"][0]["text"]
    assert by_id[4]["result"]["isError"] and by_id[5]["error"]


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
