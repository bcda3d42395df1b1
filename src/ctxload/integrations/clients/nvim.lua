-- :Ctxload TASK puts the documents that a task calls for into the quickfix list; :CtxloadExplain TASK says why.
-- Written by `ctxload install nvim`; `ctxload uninstall nvim` removes it.
local command = { "ctxload" }

local function run(words)
  local all = vim.list_extend(vim.deepcopy(command), words)
  local lines = vim.fn.systemlist(all)
  return lines, vim.v.shell_error
end

-- The folder that the paths of an answer start from.
local function root_of()
  for _, name in ipairs({ "context-index.yml", "context-index.yaml", "context/context-index.yml", "context/context-index.yaml" }) do
    local found = vim.fn.findfile(name, ".;")
    if found ~= "" then
      local folder = vim.fn.fnamemodify(found, ":p:h")
      return vim.fn.fnamemodify(folder, ":t") == "context" and vim.fn.fnamemodify(folder, ":h") or folder
    end
  end
  return vim.fn.getcwd()
end

-- The file at a path of an answer; a folder `context` is itself the root where the one above shows no sign of a project.
local function file_at(root, path)
  local inside = root .. "/context/" .. path
  local alone = vim.fn.filereadable(root .. "/" .. path) == 0 and vim.fn.filereadable(inside) == 1
  return alone and inside or root .. "/" .. path
end

vim.api.nvim_create_user_command("Ctxload", function(call)
  local root = root_of()
  local lines, status = run({ "resolve", "--json", call.args })
  local read, answer = pcall(vim.json.decode, table.concat(lines, "\n"))
  if not read or (status ~= 0 and status ~= 1) then
    vim.notify(table.concat(lines, "\n"), vim.log.levels.WARN)
    return
  end
  local items = {}
  for _, file in ipairs(answer.files) do
    local why = {}
    for _, reason in ipairs(file.reasons) do
      table.insert(why, reason.kind .. " " .. reason.by)
    end
    table.insert(items, { filename = file_at(root, file.path), lnum = 1, text = table.concat(why, ", ") })
  end
  vim.fn.setqflist({}, " ", { title = "ctxload: " .. call.args, items = items })
  if #items == 0 then
    vim.notify("ctxload: nothing is selected for this task", vim.log.levels.INFO)
  else
    vim.cmd("copen")
  end
end, { nargs = "+", desc = "The documents that a task calls for" })

vim.api.nvim_create_user_command("CtxloadExplain", function(call)
  local lines = run({ "explain", call.args })
  vim.cmd("botright new")
  vim.api.nvim_buf_set_lines(0, 0, -1, false, lines)
  vim.bo.buftype, vim.bo.bufhidden, vim.bo.modifiable = "nofile", "wipe", false
end, { nargs = "+", desc = "Why a task calls for its documents" })
