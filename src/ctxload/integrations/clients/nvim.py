"""Neovim: commands for the person, in a file of code; nothing is added to a prompt."""

from __future__ import annotations

from .client import Client, CodeFile


class Neovim(Client):
    """An editor without an agent of its own."""

    name = "nvim"
    title = "Neovim"
    version = "0.7.2"
    adds_to_prompts = False

    program = "nvim"
    folder = ".config/nvim"
    user_file = "plugin/ctxload.lua"
    code_file = CodeFile("nvim.lua", '{ "ctxload" }')

    def code_words(self, words: list[str], max_chars: int, sources: tuple[str, ...] = ()) -> str:
        """A table of Lua."""
        import json

        return "{ " + ", ".join(json.dumps(word, ensure_ascii=False) for word in words) + " }"


CLIENT = Neovim()
