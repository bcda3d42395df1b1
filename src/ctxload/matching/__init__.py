"""Words to hits; it knows no files.

In: keywords, rules and documents as texts, once; then a task.
Out: tables, and for a task the hits in them.
Imports: text, index.
"""
