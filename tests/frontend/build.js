/** Bundles the scenarios with the page's own settings, as Vite does for a browser: `node build.js FOLDER`. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";

const root = process.argv[2];
const scenarios = readdirSync(join(root, "scenarios")).map((name) => join(root, "scenarios", name));

await build({
  root,
  logLevel: "error",
  ssr: { noExternal: true, external: ["ws"] },
  build: { ssr: true, outDir: "built", rollupOptions: { input: scenarios } },
});
