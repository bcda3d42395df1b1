"""The adapters for runners, each in the real package where it is installed, else in the shape its documents give it."""

from __future__ import annotations

import ast
import asyncio
import importlib
import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import ctxload as package
from ctxload.integrations.giver import Giver

INDEX = """\
context_files:
  - {id: api, path: context/api.md, keywords: [rest framework, api], agents: [backend-developer]}
  - {id: form, path: context/form.md, keywords: [form], agents: [ui-designer]}
story_context_hints:
  everything: {context_ids: [api, form]}
agent_defaults:
  ui-designer: [form]
fallback: none
"""
ADAPTERS = ("claude_agent", "openai_agents", "pydantic_ai", "llm_plugin")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "context").mkdir()
    for name in ("api", "form"):
        (tmp_path / "context" / f"{name}.md").write_text(f"# {name}\n\nKnow this of {name}.\n", encoding="utf-8")
    (tmp_path / "context-index.yml").write_text(INDEX, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def adapter(name: str, needs: str, shape: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """An adapter over the real package, or over a stand-in of the documented shape where that is not installed."""
    if find_spec(needs.partition(".")[0]) is None:
        parts = needs.split(".")
        for count in range(1, len(parts) + 1):
            module = ModuleType(".".join(parts[:count]))
            module.__dict__.update(shape if count == len(parts) else {})
            monkeypatch.setitem(sys.modules, module.__name__, module)
    full = f"ctxload.integrations.{name}"
    monkeypatch.delitem(sys.modules, full, raising=False)
    found = importlib.import_module(full)
    monkeypatch.delitem(sys.modules, full)
    return found


# ── the core ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_task_gets_its_documents_and_a_task_without_any_gets_nothing() -> None:
    give = Giver()
    assert "Know this of api." in give("Add a REST-framework view")
    assert give("Plan the quarter") == "" and give("  ") == ""


def test_an_agent_that_the_index_knows_sets_the_scope_and_another_does_not() -> None:
    assert Giver(agent="ui-designer")("an api").count("Know this of api.") == 0
    assert "Know this of api." in Giver(agent="ui-designer")("an api", "backend-developer")
    assert "Know this of form." in Giver(agent="ui-designer")("a form", "My Helpful Assistant")


def test_a_task_always_goes_through(project: Path) -> None:
    give = Giver()
    assert "did you mean `context/api.md`?" in give("Context: context/ap.md")
    (project / "context-index.yml").write_text("context_files: [\n", encoding="utf-8")
    assert "Know this of api." in give("an api")


def test_limits_are_those_of_load() -> None:
    assert len(Giver(max_chars=400)("api and form")) <= 400


def test_importing_the_package_of_adapters_imports_none_of_the_runners() -> None:
    code = f"import sys, ctxload.integrations, ctxload.integrations.giver; print([m for m in {('agents', 'llm', 'claude_agent_sdk', 'pydantic_ai')!r} if m in sys.modules])"  # noqa: E501
    env = {**os.environ, "PYTHONPATH": str(Path(package.__file__).resolve().parents[1])}
    assert subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True).stdout == b"[]\n" or (
        os.name == "nt"
    )


@pytest.mark.parametrize("name", ADAPTERS)
def test_an_adapter_is_at_most_a_screen_of_code(name: str) -> None:
    path = Path(package.__file__).parent / "integrations" / f"{name}.py"
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 60


# ── Claude Agent SDK ─────────────────────────────────────────────────────────────────────────────────────


@dataclass
class HookMatcher:
    matcher: str | None = None
    hooks: list[Any] = field(default_factory=list)
    timeout: float | None = None


@pytest.fixture
def claude(monkeypatch: pytest.MonkeyPatch) -> Any:
    return adapter("claude_agent", "claude_agent_sdk", {"HookMatcher": HookMatcher}, monkeypatch)


def prompted(matcher: Any, prompt: str) -> Any:
    given = {
        "hook_event_name": "UserPromptSubmit",
        "prompt": prompt,
        "session_id": "s",
        "cwd": ".",
        "transcript_path": "",
    }
    [hook] = matcher.hooks
    return asyncio.run(hook(given, None, {"signal": None}))


def test_the_hook_of_the_claude_agent_sdk_adds_the_documents(claude: Any) -> None:
    answer = prompted(claude.prompt_hook(), "Add a REST-framework view")
    assert set(answer) == {"hookSpecificOutput"}
    assert answer["hookSpecificOutput"]["hookEventName"] == "UserPromptSubmit"
    assert "Know this of api." in answer["hookSpecificOutput"]["additionalContext"]


def test_a_prompt_that_selects_nothing_goes_through_as_it_is(claude: Any) -> None:
    assert prompted(claude.prompt_hook(), "thank you") == {}


@pytest.mark.parametrize("given", [{}, {"prompt": None}, {"prompt": ""}])
def test_an_event_without_a_prompt_goes_through_as_it_is(claude: Any, given: dict[str, Any]) -> None:
    [hook] = claude.prompt_hook().hooks
    assert asyncio.run(hook(given, None, {"signal": None})) == {}


def test_the_hook_gives_no_more_than_the_client_takes_in_one_piece(claude: Any, project: Path) -> None:
    (project / "context" / "api.md").write_text(
        "# Long\n\n" + "Ein längerer Satz über die API. 漢字 😀\n" * 400, encoding="utf-8"
    )
    text = prompted(claude.prompt_hook(), "an api")["hookSpecificOutput"]["additionalContext"]
    assert 0 < len(text) <= claude.MAX_CHARS == 10_000


@pytest.mark.skipif(find_spec("claude_agent_sdk") is None, reason="needs claude_agent_sdk")
def test_the_claude_agent_sdk_takes_the_hook_and_sends_what_it_gives(claude: Any) -> None:
    """Over a transport that stands for the command: it asks the hook, as the command does at each prompt."""
    from claude_agent_sdk import ClaudeAgentOptions, Transport, query

    answers: list[dict[str, Any]] = []

    class Stub(Transport):
        def __init__(self) -> None:
            self.lines: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

        async def connect(self) -> None: ...
        async def end_input(self) -> None: ...
        async def close(self) -> None: ...
        def is_ready(self) -> bool:
            return True

        async def write(self, data: str) -> None:
            message = json.loads(data)
            if message["type"] == "control_request":
                hooks = message["request"]["hooks"]["UserPromptSubmit"][0]["hookCallbackIds"]
                done = {"subtype": "success", "request_id": message["request_id"], "response": {}}
                self.lines.put_nowait({"type": "control_response", "response": done})
                given = {"hook_event_name": "UserPromptSubmit", "prompt": "an api"}
                asked = {"subtype": "hook_callback", "callback_id": hooks[0], "input": given, "tool_use_id": None}
                self.lines.put_nowait({"type": "control_request", "request_id": "1", "request": asked})
            elif message["type"] == "control_response":
                answers.append(message["response"]["response"])
                self.lines.put_nowait(
                    {"type": "result", "subtype": "success", "duration_ms": 1, "duration_api_ms": 1, "is_error": False,
                     "num_turns": 1, "session_id": "s"}
                )  # fmt: skip

        async def read_messages(self) -> Any:  # type: ignore[override]
            while True:
                message = await self.lines.get()
                yield message
                if message["type"] == "result":
                    return

    async def run() -> None:
        options = ClaudeAgentOptions(hooks={"UserPromptSubmit": [claude.prompt_hook()]})
        async for _ in query(prompt="an api", options=options, transport=Stub()):
            pass

    asyncio.run(run())
    assert "Know this of api." in answers[0]["hookSpecificOutput"]["additionalContext"]


# ── OpenAI Agents SDK ────────────────────────────────────────────────────────────────────────────────────


@dataclass
class ModelInputData:
    input: list[Any]
    instructions: str | None


@dataclass
class CallModelData:
    model_data: ModelInputData
    agent: Any
    context: Any

    def __class_getitem__(cls, item: Any) -> Any:
        return cls


@pytest.fixture
def openai(monkeypatch: pytest.MonkeyPatch) -> Any:
    shape = {"ModelInputData": ModelInputData, "CallModelData": CallModelData}
    return adapter("openai_agents", "agents.run", shape, monkeypatch)


@pytest.mark.parametrize(
    "items",
    [
        [{"role": "user", "content": "an api"}],
        [{"role": "user", "content": [{"type": "input_text", "text": "an api"}, {"type": "input_image", "image_url": "x"}]}],  # noqa: E501
        [{"role": "user", "content": "a form"}, {"role": "assistant", "content": "yes"}, {"role": "user", "content": "an api"},  # noqa: E501
         {"type": "function_call_output", "output": "form", "call_id": "1"}],
    ],
)  # fmt: skip
def test_the_filter_adds_the_documents_for_the_last_message_of_the_user(openai: Any, items: list[Any]) -> None:
    data = openai.CallModelData(
        openai.ModelInputData(items, "Be brief."), type("Agent", (), {"name": "Helper"})(), None
    )
    found = openai.input_filter()(data)
    assert found.input == items
    assert found.instructions.startswith("Be brief.\n\n") and "Know this of api." in found.instructions
    assert "Know this of form." not in found.instructions


def test_an_input_without_documents_keeps_its_instructions(openai: Any) -> None:
    inputs: list[list[Any]] = [[], [{"role": "user", "content": None}], [{"role": "user"}]]
    inputs.append([{"role": "user", "content": [{"type": "input_text", "text": None}, "an api"]}])
    for items in inputs:
        for before in ("Be brief.", None):
            model = openai.ModelInputData(items, before)
            data = openai.CallModelData(model, type("Agent", (), {"name": "Helper"})(), None)
            assert openai.input_filter()(data).instructions == before


def stub_model(seen: list[Any]) -> Any:
    """A model of the OpenAI Agents SDK that notes its instructions and says `done`."""
    from agents import ModelResponse, Usage
    from agents.models.interface import Model
    from openai.types.responses import ResponseOutputMessage, ResponseOutputText

    class Stub(Model):
        async def get_response(self, system_instructions: Any, input: Any, *rest: Any, **more: Any) -> Any:
            seen.append(system_instructions)
            text = ResponseOutputText(annotations=[], text="done", type="output_text")
            message = ResponseOutputMessage(
                id="1", content=[text], role="assistant", status="completed", type="message"
            )
            return ModelResponse(output=[message], usage=Usage(), response_id=None)

        def stream_response(self, *rest: Any, **more: Any) -> Any:
            raise NotImplementedError

    return Stub()


@pytest.mark.skipif(find_spec("agents") is None, reason="needs openai-agents")
def test_a_run_of_the_openai_agents_sdk_sends_the_documents_to_the_model(openai: Any) -> None:
    from agents import Agent, RunConfig, Runner

    seen: list[Any] = []
    agent = Agent(name="backend-developer", instructions="Be brief.", model=stub_model(seen))
    config = RunConfig(call_model_input_filter=openai.input_filter(), tracing_disabled=True)
    result = asyncio.run(Runner.run(agent, "Add a REST-framework view", run_config=config))
    assert result.final_output == "done"
    assert seen[0].startswith("Be brief.") and "Know this of api." in seen[0]


# ── PydanticAI ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Text:
    """A part of a prompt with its text inside, as `TextContent`."""

    content: Any


@dataclass
class RunContext:
    prompt: Any
    agent: Any = None

    def __class_getitem__(cls, item: Any) -> Any:
        return cls


@pytest.mark.parametrize(
    "prompt, wanted",
    [
        ("an api", True),
        (["an api", object()], True),
        (None, False),
        ("x", False),
        ([Text("an api"), Text({"data": 1})], True),
        ([Text(None)], False),
    ],
)
def test_instructions_hold_the_documents_for_the_prompt(
    monkeypatch: pytest.MonkeyPatch, prompt: Any, wanted: bool
) -> None:
    module = adapter("pydantic_ai", "pydantic_ai", {"RunContext": RunContext}, monkeypatch)
    assert ("Know this of api." in module.instructions()(RunContext(prompt))) is wanted


def test_the_scope_is_that_of_the_running_agent_where_the_index_knows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    module = adapter("pydantic_ai", "pydantic_ai", {"RunContext": RunContext}, monkeypatch)

    def gives(name: str | None, **more: Any) -> bool:
        running = type("Agent", (), {"name": name})()
        return "Know this of api." in module.instructions(**more)(RunContext("an api", running))

    assert gives("backend-developer") and gives("Helper") and gives(None)
    assert not gives("ui-designer")
    assert gives("ui-designer", agent="backend-developer")


@pytest.mark.skipif(find_spec("pydantic_ai") is None, reason="needs pydantic-ai")
def test_a_run_of_pydantic_ai_sends_the_documents_to_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    from pydantic_ai import Agent
    from pydantic_ai.messages import ModelResponse, TextContent, TextPart
    from pydantic_ai.models.function import FunctionModel

    module = adapter("pydantic_ai", "pydantic_ai", {}, monkeypatch)
    seen: list[Any] = []

    def model(messages: Any, info: Any) -> Any:
        seen.append(messages[-1].instructions)
        return ModelResponse(parts=[TextPart("done")])

    agent = Agent(FunctionModel(model), instructions=["Be brief.", module.instructions()])
    assert asyncio.run(agent.run("Add a REST-framework view")).output == "done"
    assert asyncio.run(agent.run([TextContent("Add a REST-framework view")])).output == "done"
    assert all(each.startswith("Be brief.") and "Know this of api." in each for each in seen)
    designer = Agent(FunctionModel(model), instructions=module.instructions(), name="ui-designer")
    asyncio.run(designer.run("api and form"))
    assert "Know this of form." in seen[2] and "Know this of api." not in seen[2]


# ── llm ──────────────────────────────────────────────────────────────────────────────────────────────────


class Fragment(str):
    source: str

    def __new__(cls, content: str, source: str = "") -> Fragment:
        found = super().__new__(cls, content)
        found.source = source
        return found


@dataclass
class Template:
    name: str
    system: str | None = None


@pytest.fixture
def llm(monkeypatch: pytest.MonkeyPatch) -> Any:
    shape = {"hookimpl": lambda function: function, "Fragment": Fragment, "Template": Template}
    return adapter("llm_plugin", "llm", shape, monkeypatch)


def test_fragments_are_the_documents_for_the_task_each_with_its_path(llm: Any) -> None:
    found = llm.fragments("api and form")
    assert [fragment.source for fragment in found] == ["context/api.md", "context/form.md"]
    assert "Know this of api." in found[0] and "Know this of form." not in found[0]


@pytest.mark.parametrize(
    "name, known",
    [("everything", {"api", "form"}), ("api", {"api"}), ("context/form.md", {"form"}), ("ui-designer", {"form"})],
)
def test_a_template_holds_a_bundle_an_id_a_path_or_what_an_agent_falls_back_to(
    llm: Any, project: Path, name: str, known: set[str]
) -> None:
    (project / "context-index.yml").write_text(INDEX.replace("fallback: none\n", ""), encoding="utf-8")
    system = llm.template(name).system
    assert {each for each in ("api", "form") if f"Know this of {each}." in system} == known


def test_what_cannot_be_given_to_llm_is_told_with_its_cure(llm: Any, project: Path) -> None:
    with pytest.raises(ValueError, match="did you mean `context/api.md`?"):
        llm.fragments("Context: context/ap.md")
    with pytest.raises(ValueError, match="did you mean `everything`?"):
        llm.template("everythng")
    (project / "context-index.yml").unlink()
    with pytest.raises(ValueError, match="ctxload init"):
        llm.fragments("an api")


def test_both_loaders_are_registered_as_ctx(llm: Any) -> None:
    registered: list[Any] = []
    llm.register_fragment_loaders(lambda *given: registered.append(given))
    llm.register_template_loaders(lambda *given: registered.append(given))
    assert registered == [("ctx", llm.fragments), ("ctx", llm.template)]


@pytest.mark.skipif(find_spec("llm") is None, reason="needs llm")
def test_the_command_llm_finds_the_plugin_and_sends_the_documents(project: Path) -> None:
    """With a model of its own, which says what it was sent, and the plug-in as the entry point names it."""
    code = """
import llm, sys
from llm.plugins import pm, load_plugins
class Said(llm.Model):
    model_id = "said"
    def execute(self, prompt, stream, response, conversation):
        yield f"{prompt.system}|{prompt.prompt}"
class Plugin:
    @llm.hookimpl
    def register_models(self, register): register(Said())
pm.register(Plugin())
import ctxload.integrations.llm_plugin as plugin
load_plugins()
if not pm.is_registered(plugin): pm.register(plugin)
from llm.cli import cli
cli(sys.argv[1:])
"""
    env = {
        **os.environ,
        "PYTHONPATH": str(Path(package.__file__).resolve().parents[1]),
        "LLM_USER_PATH": str(project / "llm"),
    }

    def said(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code, *words, "-m", "said", "--no-stream", "-n"],
            cwd=project,
            env=env,
            capture_output=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode("utf-8")

    page = (Path(__file__).resolve().parents[1] / "docs" / "runners.md").read_text(encoding="utf-8")
    found = re.search(r"^```sh\nllm (.*)\nllm (.*)\n```$", page, re.MULTILINE)
    assert found
    fragment, template = shlex.split(found[1]), shlex.split(found[2])
    (project / "context-index.yml").write_text(
        INDEX.replace("everything", template[1].removeprefix("ctx:")), encoding="utf-8"
    )
    assert "Know this of api." in said(*fragment).partition("|")[2]
    assert "Know this of form." in said(*template).partition("|")[0]


def test_the_entry_point_names_the_plugin() -> None:
    import tomllib

    project_file = Path(__file__).resolve().parents[1] / "pyproject.toml"
    points = tomllib.loads(project_file.read_text(encoding="utf-8"))["project"]["entry-points"]
    assert points == {"llm": {"ctxload": "ctxload.integrations.llm_plugin"}}


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "heading, needs",
    [("Claude Agent SDK", "claude_agent_sdk"), ("OpenAI Agents SDK", "agents"), ("PydanticAI", "pydantic_ai")],
)
def test_the_example_of_the_page_runs(heading: str, needs: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if find_spec(needs) is None:
        pytest.skip(f"needs {needs}")
    page = (Path(__file__).resolve().parents[1] / "docs" / "runners.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {heading}\n\n```python other\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert found
    monkeypatch.setenv("OPENAI_API_KEY", "made-up")
    names: dict[str, Any] = {"__name__": "page"}
    if "Runner.run(" in found[1]:
        from agents import Agent

        names["agent"] = Agent(name="Helper", model=stub_model([]))
    code = compile(found[1], "<page>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    waiting = eval(code, names)
    if waiting is not None:
        asyncio.run(waiting)
    assert {"options", "result", "agent"} & set(names)
