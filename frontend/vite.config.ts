import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build, defineConfig, type Plugin } from "vite";
import { words } from "./words.ts";

const OUT = join(import.meta.dirname, "../src/canut/web/static/dist");

/** Fetched by requesters' pages that mark pictures or texts. */
const MARKING = "src/pages/crowd/marking.ts";

type Entry = { file: string; css?: string[]; imports?: string[] };

/** Give each entry all its stylesheets, shared ones first: the page's tag reads that one line only. */
function wholeManifest(): void {
  const path = join(OUT, "manifest.json");
  const manifest = JSON.parse(readFileSync(path, "utf8")) as Record<string, Entry>;
  const styles = (name: string): string[] => {
    const entry = manifest[name];
    if (!entry) return [];
    return [...(entry.imports ?? []).flatMap(styles), ...(entry.css ?? [])];
  };
  for (const [name, entry] of Object.entries(manifest)) {
    const own = (file: string) => !manifest[`_${file.replace("assets/", "")}`];
    const css = [...new Set(styles(name))].sort((a, b) => Number(own(a)) - Number(own(b)));
    if (css.length > 0) entry.css = css;
  }
  writeFileSync(path, JSON.stringify(manifest, null, 1));
}

/** Write `.gz` and `.br` beside each asset, so that the server never compresses. */
function compress(): void {
  const folder = join(OUT, "assets");
  for (const name of readdirSync(folder)) {
    if (!/\.(?:js|css|svg|json)$/.test(name)) continue;
    const bytes = readFileSync(join(folder, name));
    writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }));
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(bytes, { params }));
  }
}

type Notice = { name: string; version: string; licence: string; text: string };

/** Name the package a module came from; the bundlers' own helpers belong to them. */
function packageOf(module: string): string | undefined {
  if (module.startsWith("\0vite/")) return "vite";
  if (module.startsWith("\0rolldown/")) return "rolldown";
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(module)?.[1];
}

/** Read what a package says of its licence; one that says nothing stops the build. */
function noticeOf(name: string): Notice {
  const folder = join(import.meta.dirname, "node_modules", name);
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    version: string;
    license?: string;
  };
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (!manifest.license || !file) throw new Error(`${name} carries no licence`);
  const text = readFileSync(join(folder, file), "utf8").trim();
  return { name, version: manifest.version, licence: manifest.license, text };
}

const notices: Plugin = {
  name: "canut-notices",
  apply: "build",
  generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap((output) =>
      output.type === "chunk" ? output.moduleIds : [],
    );
    const names = new Set(modules.flatMap((id) => packageOf(id) ?? []));
    const source = JSON.stringify([...names].sort().map(noticeOf), null, 1);
    this.emitFile({ type: "asset", fileName: "notices.json", source });
  },
};

const TARGET = ["chrome111", "safari16.4", "firefox115"];

/** Return one script with all that it imports, for a file whose name never changes. */
async function oneScript(entry: string, name: string, target = TARGET): Promise<string> {
  const built = await build({
    configFile: false,
    publicDir: false,
    logLevel: "error",
    build: {
      write: false,
      target,
      lib: { entry: join(import.meta.dirname, "src", entry), formats: ["iife"], name },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  const chunk = output && "output" in output ? output.output[0] : undefined;
  if (!chunk) throw new Error(`${entry} was not built`);
  return chunk.code;
}

/** Write `verify.html`: one file that works without a server, so nothing may be asked of one. */
async function standalone(): Promise<void> {
  const newer = ["chrome137", "safari17", "firefox130"];
  const code = await oneScript("proofs/verify_page.ts", "verify", newer);
  const script = code.replaceAll("</script", "<\\/script");
  const page = readFileSync(join(import.meta.dirname, "src/proofs/verify_page.html"), "utf8");
  writeFileSync(
    join(OUT, "verify.html"),
    page.replace("SCRIPT", () => script),
  );
}

/** Write the script that marking elements fetch, which fetches the one of this build. */
function markingScript(): void {
  const manifest = JSON.parse(readFileSync(join(OUT, "manifest.json"), "utf8")) as Record<
    string,
    Entry
  >;
  const { file } = manifest[MARKING] ?? {};
  if (!file) throw new Error(`${MARKING} was not built`);
  writeFileSync(join(OUT, "crowd-marking.js"), `import "./${file}";\n`);
}

/** Write the service worker, whose place is part of its name, and the scripts own pages name. */
async function fixedNames(): Promise<void> {
  for (const [file, entry, name] of [
    ["service-worker.js", "offline/service_worker.ts", "worker"],
    ["own-page.js", "own_pages/runtime.ts", "canutOwnPage"],
    ["crowd-html-elements.js", "own_pages/crowd.ts", "canutOwnPage"],
  ] as const) {
    writeFileSync(join(OUT, file), await oneScript(entry, name));
  }
}

const finish: Plugin = {
  name: "canut-finish",
  apply: "build",
  async closeBundle() {
    wholeManifest();
    compress();
    await standalone();
    await fixedNames();
    markingScript();
  },
};

export default defineConfig({
  base: "/static/dist/",
  publicDir: false,
  build: {
    outDir: OUT,
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: TARGET,
    // Newer than scripts on purpose: light-dark() must stay as written, older browsers get the hex set.
    cssTarget: ["chrome123", "safari17.5", "firefox120"],
    rolldownOptions: {
      input: ["src/pages/site.ts", "src/workbench/main.ts", "src/own_pages/frame.ts", MARKING],
    },
  },
  json: { namedExports: false },
  plugins: [words, notices, finish],
});
