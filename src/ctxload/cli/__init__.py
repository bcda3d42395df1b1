"""The command line: one file for each command, `options` with the table of them, `app` that makes typer of it.

In: arguments.
Out: answers on stdout, remarks on stderr, an exit status.
Imports: text, workspace, index, matching, formats, selection, load, project, fleet, authoring, integrations.
"""
