import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const OUT = join(import.meta.dirname, "../src/canut/web/static/dist");

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

const finish: Plugin = {
  name: "canut-finish",
  apply: "build",
  closeBundle() {
    wholeManifest();
    compress();
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
    target: ["chrome111", "safari16.4", "firefox115"],
    // Newer than scripts on purpose: light-dark() must stay as written, older browsers get the hex set.
    cssTarget: ["chrome123", "safari17.5", "firefox120"],
    rolldownOptions: { input: ["src/pages/site.ts", "src/workbench/main.ts"] },
  },
  plugins: [finish],
});
