// Make TypeScript types of the API's OpenAPI file without a warning, and compile a client with them.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const home = dirname(fileURLToPath(import.meta.url));
const described = process.argv[3];
const folder = mkdtempSync(join(home, "made-"));

function run(program, ...words) {
  const script = join(home, "node_modules", program);
  const done = spawnSync(process.execPath, [script, ...words], { cwd: folder, encoding: "utf8" });
  const said = `${done.stdout}${done.stderr}`;
  if (done.status !== 0 || /warn/i.test(said)) {
    console.error(`${program} says:\n${said}`);
    process.exit(1);
  }
}

const client = `
import createClient from "openapi-fetch";
import type { paths } from "./api";

const client = createClient<paths>({ baseUrl: "http://127.0.0.1:8000" });
const { data } = await client.GET("/api/v1/projects", { params: { query: { limit: 1 } } });
const slug: string | undefined = data?.items[0]?.project;
// @ts-expect-error: the API has no such address
await client.GET("/api/v1/nowhere");
export { slug };
`;

try {
  run("openapi-typescript/bin/cli.js", described, "-o", "api.d.ts");
  if (!readFileSync(join(folder, "api.d.ts"), "utf8").includes("/api/v1/projects")) {
    console.error("openapi-typescript left the addresses out");
    process.exit(1);
  }
  writeFileSync(join(folder, "client.ts"), client);
  run(
    "typescript/bin/tsc", "--noEmit", "--strict", "--target", "es2022", "--module", "es2022",
    "--moduleResolution", "bundler", "--lib", "es2022,dom", "client.ts",
  );
} finally {
  rmSync(folder, { recursive: true });
}
