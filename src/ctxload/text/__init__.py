"""Texts: places in them, findings about them, markup, and the small grammars that several packages read or write.

In: texts.
Out: sources with lines and columns, findings, headings and fences, front matter, scalars of YAML, edits of JSON.
Imports: nothing.
"""
