"""Adapters for agent runners: one module each, over `giver`. Import the one you use; no other is touched.

`claude_agent` (Claude Agent SDK), `openai_agents` (OpenAI Agents SDK), `pydantic_ai` (PydanticAI), `llm_plugin`
(the command `llm`, which finds it by itself).
"""
