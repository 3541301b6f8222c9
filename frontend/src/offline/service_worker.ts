/* The service worker: where the network is away, work goes on from what this browser keeps.

   Pages come from the server whenever it answers. When it does not, the address of a project's work gets
   the empty workbench (`/offline`), which shows what is kept here. Scripts and styles, whose names change
   with their content, and the pictures of a pack come from here first. Nothing else is touched. */
import { ASSETS, MEDIA, SHELL } from "./names";

type Waits = Event & { waitUntil(work: Promise<unknown>): void };
type Rule = {
  condition: { requestMethod: string } | { urlPattern: { pathname: string } };
  source: "network" | "fetch-event";
};
type Installs = Waits & { addRoutes?(rules: Rule[]): Promise<void> };
type Asked = Waits & { request: Request; respondWith(answer: Promise<Response>): void };
type Told = Waits & { data: { keep?: string[]; language?: string } };

const here = self as unknown as {
  addEventListener(name: "install", act: (event: Installs) => void): void;
  addEventListener(name: "activate", act: (event: Waits) => void): void;
  addEventListener(name: "fetch", act: (event: Asked) => void): void;
  addEventListener(name: "message", act: (event: Told) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
};

const WORK = /^\/work\/(?:[^/]+\/)?$/;
const BUILT = /^\/static\/dist\/assets\//;
const PICTURE = /^\/(?:media|projects)\//;
const SIGN_OUT = /\/logout\/$/;
/** It is kept as it came: another language or another cookie does not make it another. */
const ANY = { ignoreVary: true };
/** A network that does not answer for so long is none. */
const PATIENCE_MS = 8_000;
/** One page after the other is kept: what an earlier one fetched must not come after a later one's. */
let queue: Promise<void> = Promise.resolve();

here.addEventListener("install", (event) => {
  event.waitUntil(here.skipWaiting());
  // What a page sends goes to the server by itself: on its way through here, what a page sends while it
  // closes is lost now and then. Signing out alone is watched.
  void event
    .addRoutes?.([
      { condition: { urlPattern: { pathname: "/*/logout/" } }, source: "fetch-event" },
      { condition: { requestMethod: "POST" }, source: "network" },
    ])
    .catch(() => undefined);
});

here.addEventListener("activate", (event) => {
  event.waitUntil(here.clients.claim());
});

here.addEventListener("message", (event) => {
  const { keep: files, language = "" } = event.data;
  if (!files) return;
  queue = queue.catch(() => undefined).then(() => keep(files, language));
  event.waitUntil(queue);
});

here.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method === "POST" && SIGN_OUT.test(pathname)) event.waitUntil(caches.delete(MEDIA));
  if (request.method !== "GET") return;
  if (request.mode === "navigate" && WORK.test(pathname)) event.respondWith(page(request));
  else if (BUILT.test(pathname)) event.respondWith(fromCache(ASSETS, request));
  else if (PICTURE.test(pathname) && request.destination !== "document")
    event.respondWith(fromCache(MEDIA, request));
});

/** The page itself, or the empty one where the network is away. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (error) {
    const shell = await caches.match(SHELL, ANY);
    if (shell) return shell;
    throw error;
  }
}

async function fromCache(cache: string, request: Request): Promise<Response> {
  const cached = await (await caches.open(cache)).match(request.url, ANY);
  return cached ?? fetch(request);
}

/** Keep the empty page, in the language of the open one, and what that is made of; what is of another build
    goes with its page. */
async function keep(files: readonly string[], language: string): Promise<void> {
  const cache = await caches.open(ASSETS);
  const cachedUrls = new Set((await cache.keys()).map(({ url }) => url));
  const shell = await (await cache.match(SHELL, ANY))?.text();
  const main = files.find((file) => /\/main-[^/]*\.js$/.test(file));
  const isOld = !shell || (main !== undefined && !shell.includes(new URL(main).pathname));
  await cache.addAll(files.filter((file) => !cachedUrls.has(file)));
  if (isOld || !shell.includes(`<html lang="${language}"`)) await cache.add(SHELL);
  if (isOld) for (const url of cachedUrls) if (!files.includes(url)) await cache.delete(url);
}
