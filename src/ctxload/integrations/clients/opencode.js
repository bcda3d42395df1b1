// Adds the project documents that a prompt, or a file that is written, calls for, by `ctxload hook`. A prompt always
// goes through.
// Written by `ctxload install opencode`; `ctxload uninstall opencode` removes it.
import { spawn } from "node:child_process"
import { homedir } from "node:os"

const COMMAND = ["ctxload", "hook"]
const LIMIT_MS = 5000
const TOUCHING = ["write", "edit", "multiedit", "patch", "apply_patch", "bash"]

const ask = (call) =>
  new Promise((done) => {
    let out = ""
    const end = (answer) => done(answer ?? {})
    try {
      const child = spawn(COMMAND[0], [...COMMAND.slice(1), "--client", "opencode"], {
        cwd: homedir(), // where a name is looked for in the current folder first, it is not the project's
        stdio: ["pipe", "pipe", "ignore"],
        timeout: LIMIT_MS,
        windowsHide: true,
      })
      child.stdout.setEncoding("utf8")
      child.stdout.on("data", (text) => (out += text))
      child.on("error", () => end())
      child.on("close", () => {
        try {
          end(JSON.parse(out))
        } catch {
          end()
        }
      })
      child.stdin.on("error", () => {})
      child.stdin.end(JSON.stringify(call))
    } catch {
      end()
    }
  })

const touch = (event, input, args, directory) =>
  ask({ hook_event_name: event, session_id: input.sessionID, cwd: directory, tool_name: input.tool, tool_input: args })

export const Ctxload = async ({ directory }) => ({
  "chat.message": async (input, output) => {
    const texts = output.parts.filter((part) => part.type === "text" && !part.synthetic)
    if (texts.length === 0) return
    const { additionalContext: text } = await ask({
      hook_event_name: "chat.message",
      session_id: input.sessionID,
      cwd: directory,
      agent_type: output.message.agent ?? "",
      prompt: texts.map((part) => part.text).join("\n"),
    })
    const { id, sessionID, messageID } = texts.at(-1)
    if (text) output.parts.push({ id: `${id}ctx`, sessionID, messageID, type: "text", text, synthetic: true })
  },
  "tool.execute.before": async (input, output) => {
    if (!TOUCHING.includes(input.tool)) return
    const { refusal } = await touch("tool.execute.before", input, output.args, directory)
    if (refusal) throw new Error(refusal)
  },
  "tool.execute.after": async (input, output) => {
    if (!TOUCHING.includes(input.tool)) return
    const { additionalContext: text } = await touch("tool.execute.after", input, input.args, directory)
    if (text) output.output = `${output.output ?? ""}\n\n${text}`
  },
  event: async ({ event }) => {
    if (event.type !== "session.compacted") return
    await ask({ hook_event_name: event.type, session_id: event.properties.sessionID, cwd: directory })
  },
})
