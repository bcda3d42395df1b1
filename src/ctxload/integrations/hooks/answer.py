"""What a call is answered: the documents that its task calls for, within what the client takes."""

from __future__ import annotations

import os

from ...load.frames import NAMED, OUTLINE, PART, WHOLE
from ..clients.client import COMPACTED, PROMPT, SUBAGENT, TOUCH, UNITS, length
from .turn import ANOTHER, log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ...load.conversation import Conversation
    from ...load.packer import GivenBefore, Loaded
    from ...matching.document_index import Evidence
    from ...project.snapshot import Project
    from ...selection.model import Resolution
    from ...workspace.locations import Place
    from ..clients.client import Call, Unit
    from .journal import Notes
    from .turn import Turn

#: An index without a compiled one is compiled here up to this size, in bytes; a larger one in a process of its own.
COMPILE_SIZE = 500_000
#: Up to this size a compiled index is changed in place where only a few entries changed, in bytes.
EDIT_SIZE = 5_000_000
#: When something is given, in words.
MOMENTS = {
    PROMPT: "with a prompt",
    SUBAGENT: "with the task of a subagent",
    COMPACTED: "after a compaction",
    TOUCH: "when files were touched: ",
}
#: Forms of a document that the memory of a conversation does not hold.
_UNKEPT = (NAMED, OUTLINE)


def give(project: Project, call: Call, wanted: int, notes: Notes, turn: Turn) -> bytes:
    """The answer to a call, handed over and then noted; empty where there is nothing new, or another process gives
    it.
    """
    from ...load.conversation import Conversation

    if call.kind == SUBAGENT or not call.conversation:
        return _give(project, call, wanted, notes, None, turn)
    with Conversation(call.conversation, project.place.root) as memory:
        if call.kind != COMPACTED:
            return _give(project, call, wanted, notes, memory, turn)
        before = dict.fromkeys((*memory.given, *notes.named()))
        return _give(project, call, wanted, notes, memory, turn, again(project, before))


def _give(
    project: Project,
    call: Call,
    wanted: int,
    notes: Notes,
    memory: Conversation | None,
    turn: Turn,
    repeated: Resolution | None = None,
) -> bytes:
    alone = False

    def by_name_alone() -> None:
        nonlocal alone
        alone = True

    resolution = repeated or choose(project, call, turn, by_name_alone)
    limit, unit = call.client.most(wanted)
    already = memory.given if memory is not None and repeated is None else {}
    loaded = fitted(resolution, project, limit, unit, already)
    sizes = {file.path: file.size for file in resolution.files}
    named = {part.path: f"{part.form}:{sizes[part.path]}" for part in loaded.parts if part.form in _UNKEPT}
    before = notes.named() if repeated is None else {}
    is_new = any(
        part.form in (WHOLE, PART) or before.get(part.path) != named.get(part.path, before.get(part.path))
        for part in loaded.parts
    )
    text = loaded.text.rstrip("\n") if is_new else ""
    remark = _remark(resolution, len(project.tables.entries) if alone else 0, notes)
    if not text and repeated is None:
        return _nothing(resolution, call, remark, notes, turn)
    last, out = last_selection(call, loaded, text, limit, unit), b""
    with notes.claim("compacted" if repeated is not None else f"{call.kind}\0{call.prompt}") as claim:
        if not claim.is_ours:
            turn.silent = ANOTHER
            return b""
        if text:
            out = turn.hand_over(call, text, remark)
        if repeated is not None:
            notes.forget()
            if memory is not None:
                memory.forget()
        if memory is not None and text:
            memory.note(loaded)
            notes.name(named.items())
        if text:
            claim.answered()
    if text:
        keep_selection(turn, call, project, loaded, last, f"{length(text, unit):,} {unit}")
    return out


def _remark(resolution: Resolution, unread: int, notes: Notes) -> str:
    """What there is to tell the person beside an answer: a directive that is nearly one; once in a conversation, that
    so many documents are still being read.
    """
    remarks = [finding.concise() for finding in resolution.diagnostics if finding.code == "CTX408"]
    if unread and not notes.was_said("alone"):
        from .documents import ALONE

        notes.said("alone")
        remarks.append(ALONE.format(number=f"{unread:,}"))
    return "\n".join(f"ctxload: {remark}" for remark in remarks)


def _nothing(resolution: Resolution, call: Call, remark: str, notes: Notes, turn: Turn) -> bytes:
    """Nothing for the model, and why; a remark for the person where there is one and the client can show it."""
    if resolution.files:
        turn.silent = f"all {len(resolution.files)} files that it selects were given before in this conversation"
    else:
        turn.silent = "the index selects nothing; `ctxload explain` says why"
    message = call.client.message(remark) if remark else {}
    if not message:
        if remark:
            turn.silent += f"; {remark.removeprefix('ctxload: ')}"
        return b""
    from .remarks import answer_person

    why = turn.silent
    out = answer_person(message, call, notes, turn)
    if resolution.files:  # a prompt that is typed again is no other hook's, and the reason holds for both
        turn.silent = why
    return out


def choose(project: Project, call: Call, turn: Turn, by_name_alone: Callable[[], None]) -> Resolution:
    """What a task calls for, by the defaults of the hook: a fallback only where the index sets it.

    Files that look like secrets, and ignored ones, are left out even where an entry names them.
    """
    from ...load.allowances import for_models
    from ...selection.model import Request
    from ...selection.resolver import resolve

    request = Request(call.prompt, call.agent.rsplit(":", 1)[-1], None, "", (), False)
    if "./" in call.prompt or ".\\" in call.prompt:
        from ...workspace.changed_files import working_folder

        request = request.replace(folder=working_folder(project.tree.root, call.folder))
    if project.tables.meta.both and call.kind == PROMPT:
        from .halves import WORD, with_halves, words_of

        request = with_halves(request, call.conversation, WORD, words_of(request, project))

    def evidence() -> Evidence | None:
        from ...project.evidence import kept_evidence

        kept = kept_evidence(project)
        if kept is not None and not kept.changed:
            return kept.evidence
        from .documents import evidence_in_time

        return evidence_in_time(project, kept, call.prompt, turn, by_name_alone)

    if call.kind == PROMPT and call.conversation and not project.tables.meta.forgets:
        from .follow_up import followed

        return for_models(followed(project, call.conversation, request, evidence), project.tree)
    found = resolve(project.tables, project.tree, request, project.diagnostics, evidence)
    return for_models(found, project.tree)


def fitted(
    resolution: Resolution, project: Project, limit: int, unit: Unit, already: Mapping[str, GivenBefore]
) -> Loaded:
    """The content of what was chosen, never longer than the limit as the client counts."""
    from ...load.allowances import allowed_in
    from ...load.budget import Limits
    from ...load.packer import load

    bound, is_allowed = max(1, limit), allowed_in(project.tree.root)
    while True:
        limits = Limits(max_chars=bound) if unit == UNITS else Limits(max_bytes=bound)
        limits = limits.under(Limits.of_index(project.tables.meta.budget))
        loaded = load(
            resolution, project.tree, limits,
            tables=project.tables, before=already, always_must_fit=False, is_allowed=is_allowed,
        )  # fmt: skip
        over = length(loaded.text, unit) - limit
        if over <= 0 or bound == 1:
            return loaded if over <= 0 else loaded.replace(text="", parts=())
        bound = max(1, bound - over)


def again(project: Project, paths: Iterable[str]) -> Resolution:
    """What a conversation was given, for the conversation that was compacted since."""
    from ...load.allowances import for_models
    from ...selection.model import KEYWORD_LAYER, Reason, Resolution, SelectedFile

    reason = Reason(KEYWORD_LAYER, "given", "before the conversation was compacted")
    found = [status for status in map(project.tree.status, paths) if status.kind == "file"]
    files = tuple(SelectedFile(status.path, KEYWORD_LAYER, 0, (reason,), status.size) for status in found)
    return for_models(Resolution("", "", "", KEYWORD_LAYER, files), project.tree)


def last_selection(call: Call, loaded: Loaded, text: str, limit: int, unit: Unit) -> bytes:
    """What was chosen and why, as `ctxload explain --last` shows it; worked out before the answer is handed over."""
    import json
    from time import gmtime, strftime

    resolution, reasons = loaded.resolution, loaded.resolution.reasons
    files = [
        {"path": part.path, "how": part.form, "why": [f"{one.kind} {one.by}" for one in reasons.get(part.path, ())]}
        for part in loaded.parts
    ]
    last = {
        "time": strftime("%Y-%m-%dT%H:%M:%SZ", gmtime()),
        "client": call.client.name,
        "agent": call.agent,
        "moment": moment_of(call),
        "layer": resolution.layer,
        "match": resolution.match,
        "length": length(text, unit),
        "limit": limit,
        "unit": unit,
        "files": files,
        "follows": next((one.note for file in resolution.files for one in file.reasons if is_earlier(one.note)), ""),
        "left_out": [{"path": one.path, "why": one.why} for one in loaded.left_out],
    }
    return json.dumps(last).encode("ascii")


def is_earlier(note: str) -> bool:
    """Whether a note of a reason names an earlier prompt, as `follow_up` writes it."""
    from .journal import FOLLOWS

    return note.startswith(FOLLOWS)


def moment_of(call: Call) -> str:
    """When a call was made, in words."""
    return f"{MOMENTS[call.kind]}{call.prompt if call.kind == TOUCH else ''}"


def keep_selection(turn: Turn, call: Call, project: Project, loaded: Loaded, last: bytes, size: str) -> None:
    """Notes what was given, for `ctxload explain --last`, `ctxload stats` and the log."""
    from .journal import keep_last, record_given

    keep_last(project.place.root, last)
    record_given(call, project.place.root, turn.began, loaded)
    about = f"{len(loaded.sources)} of {len(loaded.resolution.files)} files, {size}"
    log(call.client.name, f"{about}, {project.place.root}", "given")


def compiled(place: Place, turn: Turn) -> Project:
    """A project that is not compiled yet, or not as it is now; a large one by another process, which goes on when this
    one ends.
    """
    from ...project.build import build
    from ...project.snapshot_edit import edited
    from ...project.upkeep import ask_for

    size = os.stat(place.path).st_size if os.path.lexists(place.path) else 0  # sources need no index
    turn.if_late = lambda: ask_for(place)
    project = edited(place) if size <= EDIT_SIZE else None
    if project is None and size <= COMPILE_SIZE:
        project = build(place)
    turn.if_late = None
    if project is None:
        from .documents import compiled_by_helper

        project = compiled_by_helper(place)
    return project
