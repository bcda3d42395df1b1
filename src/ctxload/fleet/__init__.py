"""Many tasks, on many processes: a loader frozen to bytes, asked block by block, and what came of it merged.

In: a loader, and tasks in blocks of lines.
Out: the answers in order, and a summary that is the same in any cut and order.
Imports: text, workspace, index, matching, formats, selection, load, project.
"""
