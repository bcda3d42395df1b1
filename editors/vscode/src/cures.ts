// A problem with the program, shown with buttons for its cure.

import * as vscode from "vscode";
import { Problem, installLine } from "./program";

export interface Cure {
  title: string;
  command: string;
}

/** The cures of a problem, best first. */
export function cures(problem: Problem): Cure[] {
  const install = { title: problem.kind === "missing" ? "Install ctxload" : "Install what is missing", command: "ctxload.install" };
  const choose = { title: "Choose the program", command: "ctxload.chooseProgram" };
  const again = { title: "Try again", command: "ctxload.restart" };
  const output = { title: "Show the output", command: "ctxload.showOutput" };
  return problem.kind === "failed" ? [output, choose, again] : [install, choose, again];
}

export async function offerCures(problem: Problem): Promise<void> {
  const offered = cures(problem);
  const chosen = await vscode.window.showWarningMessage(`ctxload: ${problem.message}`, ...offered.map((cure) => cure.title));
  const cure = offered.find((each) => each.title === chosen);
  if (cure !== undefined) {
    await vscode.commands.executeCommand(cure.command);
  }
}

/** Writes the line that installs into a terminal; the person presses Enter. */
export function install(problem: Problem | undefined): void {
  const terminal = vscode.window.createTerminal({ name: "Install ctxload" });
  terminal.show();
  terminal.sendText(installLine(problem ?? { kind: "missing", command: "ctxload", message: "" }), false);
  void vscode.window
    .showInformationMessage("Press Enter in the terminal to install; then try again.", "Try again")
    .then((chosen) => chosen && vscode.commands.executeCommand("ctxload.restart"));
}

/** Asks for the program, and keeps it in the settings of the user. */
export async function chooseProgram(): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({ title: "The program ctxload", openLabel: "Use it" });
  if (chosen?.[0] !== undefined) {
    const settings = vscode.workspace.getConfiguration("ctxload");
    await settings.update("command", chosen[0].fsPath, vscode.ConfigurationTarget.Global);
  }
}
