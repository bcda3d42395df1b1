// The files at hand: open in a tab, or changed according to git.

import * as path from "node:path";
import * as vscode from "vscode";

/** As much of the API of the extension `vscode.git` as is used. */
interface Git {
  getAPI(version: 1): { repositories: { state: { workingTreeChanges: Change[]; indexChanges: Change[]; untrackedChanges?: Change[] } }[] };
}

interface Change {
  uri: vscode.Uri;
}

/** Their paths from a root, with slashes; those outside are left out. */
export function filesAtHand(root: string): string[] {
  const uris = [...openUris(), ...changedUris()].filter((uri) => uri.scheme === "file");
  const paths = uris.map((uri) => path.relative(root, uri.fsPath));
  const inside = paths.filter((each) => each !== "" && !each.startsWith("..") && !path.isAbsolute(each));
  return [...new Set(inside.map((each) => each.split(path.sep).join("/")))].sort();
}

function openUris(): vscode.Uri[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.flatMap((tab) => (tab.input instanceof vscode.TabInputText ? [tab.input.uri] : []));
}

function changedUris(): vscode.Uri[] {
  const git = vscode.extensions.getExtension<Git>("vscode.git");
  if (git === undefined || !git.isActive) {
    return [];
  }
  const states = git.exports.getAPI(1).repositories.map((repository) => repository.state);
  const changes = states.flatMap((state) => [...state.workingTreeChanges, ...state.indexChanges, ...(state.untrackedChanges ?? [])]);
  return changes.map((change) => change.uri);
}
