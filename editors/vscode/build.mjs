// Bundles the extension into one file, so that the package needs no node_modules.
import { build } from "esbuild";
import { readdirSync } from "node:fs";

const common = { bundle: true, platform: "node", format: "cjs", target: "node20", logLevel: "warning" };
const isProduction = process.argv.includes("--production");

if (process.argv.includes("--tests")) {
  const tests = readdirSync("test/unit").map((name) => `test/unit/${name}`);
  await build({ ...common, entryPoints: tests, outdir: "out/test", sourcemap: "inline" });
} else {
  await build({
    ...common,
    entryPoints: ["src/extension.ts"],
    outfile: "out/extension.js",
    external: ["vscode"],
    minify: isProduction,
    sourcemap: isProduction ? false : "linked",
  });
}
