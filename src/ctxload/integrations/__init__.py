"""Other programs: agent clients, editors, agent runners, and whoever speaks a protocol with us.

`clients` (one module for each agent client), `hooks` (a client's call answered), `setup` (ctxload in a client, and out
of it again), `rpc` (JSON lines, as `ctxload serve`), `lsp`, `mcp`, `servers` (which starts those two). Agent runners
have one module each over `giver`: `claude_agent` (Claude Agent SDK), `openai_agents` (OpenAI Agents SDK), `pydantic_ai`
(PydanticAI), `llm_plugin` (the command `llm`, which finds it by itself). Import the one you use; no other is touched.

In: what the other program asks, as it asks.
Out: the answer, in its words.
Imports: text, workspace, index, matching, formats, selection, load, project, fleet, authoring.
"""
