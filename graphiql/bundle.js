// Bundles src/ into the folder named by the first argument, with the licences of what is in it, and says in
// manifest.json what the files are called.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { argv } from "node:process";
import { build } from "esbuild";

const folder = argv[2] ?? "dist";

// codemirror-graphql takes a default of false, 0 or "" for none, and underlines variables that leave such a field out.
const defaultsAreDefaults = {
  name: "defaults-are-defaults",
  setup({ onLoad }) {
    onLoad({ filter: /codemirror-graphql\/(esm\/)?variables\/lint(\.esm)?\.js$/ }, async ({ path }) => {
      const [before, after, ...others] = (await readFile(path, "utf-8")).split("!field.defaultValue");
      if (after === undefined || others.length) throw new Error(`${path} is not what it was: is this still needed?`);
      return { contents: `${before}field.defaultValue === undefined${after}`, loader: "js" };
    });
  },
};

const { metafile } = await build({
  entryPoints: ["src/graphiql.jsx"],
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  jsx: "automatic",
  entryNames: "[name]-[hash]", // a new content has a new name, so browsers may keep the old one for good
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "none", // LICENSES.txt has them whole,
  outdir: folder,
  metafile: true,
  plugins: [defaultsAreDefaults],
  logLevel: "warning",
});

const files = Object.keys(metafile.outputs).map((path) => basename(path));
const only = (ending) => {
  const [name, ...others] = files.filter((file) => file.endsWith(ending));
  if (!name || others.length) throw new Error(`one ${ending} file was expected, not ${files}`);
  return name;
};

const packages = Object.keys(metafile.inputs).flatMap((path) => path.match(/^.*node_modules\/(@[^/]+\/)?[^/]+/)?.[0] ?? []);

async function licenceOf(place) {
  const { name, version, license } = JSON.parse(await readFile(join(place, "package.json"), "utf-8"));
  const found = (await readdir(place)).find((file) => /^licen[cs]e/i.test(file));
  return `${name} ${version} (${license})\n\n${found ? await readFile(join(place, found), "utf-8") : ""}`;
}

const licences = await Promise.all([...new Set(packages)].sort().map(licenceOf));
await writeFile(join(folder, "LICENSES.txt"), licences.join(`\n${"-".repeat(80)}\n`));
await writeFile(join(folder, "manifest.json"), JSON.stringify({ script: only(".js"), style: only(".css") }));
