// Drives a real VS Code host: code-server in headless Chromium. `tools/vscode.py` installs both and calls this.
//
//     node drive.mjs HOST CTXLOAD EXTENSION.vsix TEST.vsix PICTURES
//
// HOST has code-server and playwright-core in node_modules, CTXLOAD is the program, PICTURES gets the screenshots.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

const [host, program, ...rest] = process.argv.slice(2).map((each) => path.resolve(each));
const [extension, tests, pictures] = rest;
const { chromium } = createRequire(path.join(host, "node_modules/"))("playwright-core");
const entry = path.join(host, "node_modules/code-server/out/node/entry.js");
const PATIENCE = 120_000;

const work = fs.mkdtempSync(path.join(os.tmpdir(), "ctxload vscode-"));
const results = path.join(work, "results");
const repository = path.resolve(import.meta.dirname, "../../../..");
const document = (name) => fs.readFileSync(path.join(repository, "context", name), "utf8");
const files = {
  "context/api.md": document("backend/django-drf-mysql-best-practices.md"),
  "context/docker.md": document("devops/docker.md"),
  "context/coupons.md": "# Coupons\n\nVouchers, coupons and how they are redeemed.\n",
  "context/billing.md": "# Billing\n\nRounding, taxes, refunds.\n",
  "src/billing.py": "def total(): ...\n",
  "context-index.yml": `version: 1.0
context_files:
  - id: api
    path: context/api.md
    keywords: [api, endpoint]
  - id: docker
    path: context/docker.md
    keywords: [docker, container]
  - id: billing
    path: context/billing.md
    for_files: [src/billing.py]
agent_defaults:
  backend-developer: [dokcer]
fallback: none
tests:
  - {task: Add an endpoint, expect: [api]}
  - {task: The container does not stop, expect: [api]}
`,
};

function project(name, without = []) {
  const folder = path.join(work, name);
  for (const [file, text] of Object.entries(files)) {
    if (!without.includes(file)) {
      fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      fs.writeFileSync(path.join(folder, file), text);
    }
  }
  return folder;
}

/** A program as it is where the extra is missing. */
function withoutExtra() {
  const file = path.join(work, "without-extra");
  const said = "ctxload: `serve --lsp` needs an extra that is not installed: `pip install 'ctxload[lsp]'` (no module `pygls`)";
  fs.writeFileSync(file, `#!/bin/sh\ncat <<'TEXT' >&2\n${said}\nTEXT\nexit 2\n`, { mode: 0o755 });
  return file;
}

function environment() {
  const kept = ["PATH", "LANG", "TMPDIR"].filter((name) => process.env[name] !== undefined);
  return {
    ...Object.fromEntries(kept.map((name) => [name, process.env[name]])),
    HOME: path.join(work, "home"),
    CTXLOAD_HOST_RESULTS: results,
    CTXLOAD_WITHOUT_EXTRA: withoutExtra(),
  };
}

function settings(data) {
  const file = path.join(data, "User/settings.json");
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(
    file,
    JSON.stringify({
      "telemetry.telemetryLevel": "off",
      "workbench.startupEditor": "none",
      "extensions.autoUpdate": false,
      "chat.disableAIFeatures": true,
      "workbench.tips.enabled": false,
      "workbench.secondarySideBar.defaultVisibility": "hidden",
      "security.workspace.trust.startupPrompt": "never",
    }),
  );
}

async function until(condition, what) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const found = await condition();
    if (found) {
      return found;
    }
    assert.ok(Date.now() < end, `never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const written = (name) => {
  const file = path.join(results, name);
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return undefined; // not there yet, or half written
  }
};

function serve() {
  const data = path.join(work, "data");
  const extensions = path.join(work, "extensions");
  const places = ["--user-data-dir", data, "--extensions-dir", extensions];
  const env = environment();
  for (const folder of [results, env.HOME, pictures]) {
    fs.mkdirSync(folder, { recursive: true });
  }
  settings(data);
  // WHY: the host takes the path from a login shell, so the program stands where a person's own programs do.
  fs.mkdirSync(path.join(env.HOME, ".local/bin"), { recursive: true });
  fs.symlinkSync(program, path.join(env.HOME, ".local/bin/ctxload"));
  for (const vsix of [extension, tests]) {
    execFileSync(process.execPath, [entry, ...places, "--install-extension", vsix], { env, stdio: "pipe" });
  }
  const words = ["--auth", "none", "--bind-addr", "127.0.0.1:0", "--disable-telemetry", "--disable-update-check"];
  const server = spawn(process.execPath, [entry, ...places, ...words], { env, stdio: ["ignore", "pipe", "pipe"] });
  const log = { text: "" };
  server.stdout.on("data", (data) => (log.text += data));
  server.stderr.on("data", (data) => (log.text += data));
  server.on("exit", (status) => status && console.log(`code-server ended with ${status}`));
  return { server, log };
}

async function open(browser, address, folder) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 700 }, deviceScaleFactor: 1 });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE / 2);
  await page.goto(`${address}/?folder=${encodeURIComponent(folder)}`);
  return page;
}

/** Trusts the folder, as a person does who reads the banner. */
async function trust(page) {
  await page.locator(".part.banner .message-action-link, .part.banner a", { hasText: /^Manage$/ }).first().click();
  await page.locator(".workspace-trust-buttons-row .monaco-button", { hasText: /^Trust$/ }).first().click();
  await page.keyboard.press("Escape");
}

/** The page of the view, in the frames in which the editor keeps it. */
async function viewFrame(page) {
  for (const frame of page.frames()) {
    const found = await frame.$("textarea#task").catch(() => null);
    if (found && (await found.isVisible().catch(() => false))) {
      return frame;
    }
  }
  return undefined;
}

const done = [];
async function step(name, run) {
  await run();
  done.push(name);
  console.log(`ok      ${name}`);
}

async function main(page, address, browser, folder) {
  const name = path.basename(folder);
  const picture = (what) => page.screenshot({ path: path.join(pictures, `${what}.png`), clip: { x: 0, y: 36, width: 840, height: 480 } });
  await step("in a folder that is not trusted the extension does nothing", async () => {
    const found = await until(() => written(`untrusted ${name}.json`), "the test extension in restricted mode");
    assert.notEqual(found.extension, "active");
    await picture("untrusted");
    await trust(page);
  });
  await step("a problem is shown with its cures", async () => {
    await until(() => fs.existsSync(path.join(results, "look-problem")) || written(`done ${name}.json`), "the problem");
    await until(() => page.locator(".notification-toast", { hasText: "extra `lsp`" }).count(), "the notification");
    await picture("problem");
    fs.writeFileSync(path.join(results, "looked"), "");
  });
  const inside = await until(() => written(`done ${name}.json`), "the steps in the extension host");
  report(inside);
  await step("a task that is typed lists its documents, marks its words, and a click opens one", async () => {
    await page.keyboard.press("Escape");
    const frame = await until(() => viewFrame(page), "the view");
    await frame.fill("#task", "Smaller images for Docker, then an API");
    await frame.waitForFunction(() => document.querySelectorAll(".document").length === 2);
    const marked = await frame.$$eval("#marked mark", (all) => all.map((each) => each.textContent));
    assert.deepEqual(marked, ["Smaller", "images", "Docker", "API"]); // keywords, and words that a document speaks of
    assert.match(await frame.textContent("#documents"), /about [\d.]+k? tokens/);
    await frame.click(".document[title='context/docker.md']");
    await page.locator(".tab.active", { hasText: "docker.md" }).waitFor();
    await picture("view");
  });
  await step("the files that are open call for their documents, too", async () => {
    const frame = await viewFrame(page);
    await frame.check("#atHand");
    await frame.waitForFunction(() => document.querySelector(".document[title='context/billing.md']"));
    await picture("files at hand");
    await frame.uncheck("#atHand");
    await frame.waitForFunction(() => !document.querySelector(".document[title='context/billing.md']"));
  });
  await step("a task is shown as a text, whatever it holds", async () => {
    const frame = await viewFrame(page);
    await frame.fill("#task", "<img src=x onerror=alert(1)> & plain words");
    await frame.waitForFunction(() => /No document/.test(document.querySelector("#summary").textContent));
    assert.equal(await frame.$("#marked img"), null);
    await frame.fill("#task", "Add an endpoint for refunds");
    await frame.waitForFunction(() => document.querySelectorAll(".document").length === 1);
  });
  await step("an index that is edited shows a finding, and a quick fix fixes it", async () => {
    await page.locator(".tab", { hasText: "context-index.yml" }).click();
    await page.locator(".codelens-decoration", { hasText: "loaded by" }).first().waitFor();
    await page.locator(".view-line", { hasText: "path: context/api.md" }).click();
    await page.keyboard.press("End");
    await page.keyboard.press("Backspace");
    await page.locator(".squiggly-error").first().waitFor();
    await page.keyboard.press("Control+.");
    const fix = page.locator(".action-widget .action", { hasText: "Change to `context/api.md`" });
    await fix.waitFor();
    await picture("finding");
    await fix.click();
    await page.locator(".squiggly-error").first().waitFor({ state: "detached" });
    await page.locator(".view-line", { hasText: "path: context/api.md" }).waitFor();
  });
  await step("the tests stand in the test explorer", async () => {
    await page.locator(".activitybar").getByRole("tab", { name: /^Testing/ }).click();
    await page.locator(".test-explorer-tree .label", { hasText: "Add an endpoint" }).waitFor();
    await picture("tests");
  });
  const other = await open(browser, address, project("no index, ü", ["context-index.yml"]));
  await step("a folder without an index gets one", async () => {
    await trust(other);
    report(await until(() => written("done no index, ü.json"), "the steps in the other folder"));
    await other.locator("#ctxload\\.ctxload\\.ctxload", { hasText: "4 entries" }).waitFor();
    await other.screenshot({ path: path.join(pictures, "drafted.png") });
  });
  await step("the welcome page leads from the program to the tests", async () => {
    await other.locator(".tab.active", { hasText: "context-index.yml" }).click();
    await other.keyboard.press("F1");
    await other.keyboard.type("ctxload: Welcome");
    await other.locator(".quick-input-list .monaco-list-row", { hasText: "Welcome" }).first().click();
    await other.locator(".gettingStartedContainer", { hasText: "The right documents for each task" }).first().waitFor();
    await other.locator(".getting-started-step", { hasText: "Draft an index" }).first().waitFor();
    await other.getByRole("button", { name: "Look for it" }).click();
    await other.locator(".getting-started-step .complete").first().waitFor();
    await other.screenshot({ path: path.join(pictures, "welcome.png") });
  });
}

function report(steps) {
  for (const { step, error } of steps) {
    console.log(`${error ? "FAILED " : "ok     "} ${step}${error ? `\n${error}` : ""}`);
  }
  failed += steps.filter((each) => each.error).length;
}

let failed = 0;
const { server, log } = serve();
let browser;
try {
  const address = await until(() => /listening on (http:\/\/[\d.:]+)/.exec(log.text)?.[1], "code-server listens");
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  const folder = project("a project, ü #1 %2D");
  const page = await open(browser, address, folder);
  try {
    await main(page, address, browser, folder);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  after: ${done.at(-1) ?? "the start"}\n${error.stack}`);
    console.log(JSON.stringify(written(`so far ${path.basename(folder)}.json`), null, 1));
    for (const [number, each] of browser.contexts().flatMap((context) => context.pages()).entries()) {
      await each.screenshot({ path: path.join(pictures, `failed ${number}.png`) });
    }
  }
} finally {
  await browser?.close();
  server.kill();
  fs.writeFileSync(path.join(pictures, "host.log"), log.text);
  fs.rmSync(path.join(pictures, "logs"), { recursive: true, force: true });
  fs.cpSync(path.join(work, "data/logs"), path.join(pictures, "logs"), { recursive: true });
  fs.rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}
console.log(failed ? `${failed} failed` : "everything passed");
process.exit(failed ? 1 : 0);
