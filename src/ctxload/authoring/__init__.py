"""Help with an index: `lint` finds mistakes, `evaluate` measures, `draft` begins, `report` shows, `logs` reads.

In: a project, and tasks or files of other tools.
Out: findings, figures, proposals and texts, as values; printing them is for `cli`.
Imports: text, workspace, index, matching, formats, selection, load, project, fleet.
"""
