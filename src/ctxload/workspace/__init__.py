"""A project's folder, looked at safely: what is in it, whether it changed, what it is made of, who allowed it.

In: a folder, and what the caller knows of it.
Out: trees, contents, stamps, changed files, packages, places for our own files.
Imports: text.
"""
