/* A pretend server for the workbench: enough of the wire to try it, nothing kept. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { deflateSync } from "node:zlib";
import type { Task } from "../src/protocol/workbench";

type Next = () => void;
const requests = new Map<string, number>();
let lease = 0;
let me = { elapsed_ms: 41 * 60_000, earned_micro: 12_060_000, answers: 38, today_only: true };
let done = 38;

const REVIEWS = [
  "La bouilloire fuit depuis la première semaine ; le service après-vente ne répond pas.",
  "Livré en deux jours, emballage soigné. Je recommande.",
  "Correct pour le prix, sans plus. Le couvercle ferme mal, mais l’eau chauffe vite et le bruit reste supportable le matin.",
];

/** A grey picture of a digit-like stroke, as PNG, at any size. */
function png(seed: number, side: number): Buffer {
  const rows = Buffer.alloc(side * (side + 1));
  for (let y = 0; y < side; y += 1)
    for (let x = 0; x < side; x += 1) {
      const u = x / side;
      const v = y / side;
      const bar = Math.exp(-(((v - 0.18) / 0.07) ** 2)) * (u > 0.25 && u < 0.72 ? 1 : 0.1);
      const leg =
        Math.exp(-(((u - 0.66 + (v - 0.2) * (0.1 + (seed % 5) * 0.09)) / 0.08) ** 2)) *
        (v > 0.15 ? 1 : 0);
      rows[y * (side + 1) + 1 + x] = 255 - Math.min(225, Math.round(230 * Math.max(bar, leg)));
    }
  const crcTable = Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c >>> 0;
  });
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    let crc = 0xffffffff;
    for (const byte of body) crc = (crcTable[(crc ^ byte) & 255] as number) ^ (crc >>> 8);
    const out = Buffer.alloc(8);
    out.writeUInt32BE(data.length);
    const end = Buffer.alloc(4);
    end.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
    return Buffer.concat([out.subarray(0, 4), body, end]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const magic = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([
    magic,
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function task(play: URLSearchParams): Task {
  lease += 1;
  const text = REVIEWS[lease % REVIEWS.length] as string;
  const practice = play.has("practice") && lease % 4 === 1;
  return {
    lease,
    task: lease,
    key: String(lease + 38).padStart(4, "0"),
    show: play.has("text")
      ? [{ as: "text", value: text }]
      : [
          {
            as: "image",
            url: `/pretend/${lease}-368.png`,
            raw: `/pretend/${lease}-8.png`,
            width: 8,
            height: 8,
            alt: "",
          },
        ],
    practice,
    lent_ms: Date.now(),
    expires_ms: Date.now() + 900_000,
    question_version: 3,
    help: practice ? { known: { q: play.has("text") ? "neg" : "7" } } : null,
  };
}

function question(play: URLSearchParams, fr: boolean) {
  const digits = [..."0123456789"].map((value) => ({ value }));
  const review = [
    { value: "pos", label: fr ? "Positif" : "Positive" },
    { value: "neg", label: fr ? "Négatif" : "Negative" },
    { value: "neu", label: fr ? "Ni l’un ni l’autre" : "Neither" },
  ];
  const many = Array.from({ length: 14 }, (_, i) => ({
    value: `c${i}`,
    label: `${fr ? "Défaut" : "Fault"} ${i + 1}`,
  }));
  const two = [
    { value: "none", label: fr ? "Illisible" : "Cannot be read" },
    { value: "many", label: fr ? "Plusieurs chiffres" : "Several digits" },
  ];
  const ask = play.has("text")
    ? fr
      ? "Cet avis est-il positif ?"
      : "Is this review positive?"
    : fr
      ? "Quel chiffre voyez-vous ?"
      : "Which digit do you see?";
  return {
    version: 3,
    schema: {
      questions: [
        {
          id: "q",
          kind: "choice",
          ask,
          multiple: play.has("multi"),
          choices: play.has("many") ? many : play.has("text") ? review : [...digits, ...two],
        },
      ],
      show: [],
    },
    instructions: fr
      ? "1 : pied droit, pas de barre.\n7 : barre en haut, même courte.\n\nSi vous hésitez vraiment : « Illisible ». Ce n’est pas une faute."
      : "1: upright, no bar.\n7: a bar at the top, even a short one.\n\nIf you truly cannot tell, choose “Cannot be read”. It is not a mistake.",
  };
}

function page(play: URLSearchParams, search: string): string {
  const fr = play.get("lang") !== "en";
  const total = Number(play.get("total") ?? 60) || null;
  const recent = [..."4917703826"].map((digit, i) => ({
    key: `r${i}`,
    task: { ...task(play), lease: -1 - i, task: -1 - i },
    values: { q: play.has("multi") ? [digit] : play.has("text") ? "pos" : digit },
  }));
  const url = (name: string) => `/pretend/${name}${search}`;
  const data = {
    language: fr ? "fr" : "en",
    project: {
      slug: "demo",
      title: fr ? "Chiffres manuscrits, lot 2" : "Handwritten digits, batch 2",
      organisation: fr ? "le laboratoire Écritures" : "the Écritures lab",
      aims: {
        business: fr
          ? "Apprendre à une machine à lire les codes postaux écrits à la main."
          : "Teach a machine to read handwritten postcodes.",
        social: fr ? "Les services d’archives de quatre villes." : "The archives of four towns.",
        ethical: fr
          ? "Rien de connu. Les écritures ne portent pas de nom."
          : "Nothing known. No handwriting carries a name.",
      },
      origin: {
        whose: fr ? "43 personnes, université du Bosphore" : "43 people, Boğaziçi University",
        consent: "unknown",
        paid: "unknown",
      },
      simulated: !play.has("real"),
      own_staff: play.has("staff"),
    },
    question: question(play, fr),
    rate: { piece_micro: 210_000, currency: "CAD" },
    me,
    progress: { done, total },
    leased: { tasks: play.has("none") ? [] : [task(play), task(play), task(play), task(play)] },
    recent: play.has("new") ? [] : recent,
    csrf: "pretend",
    urls: Object.fromEntries(
      ["lease", "answers", "release", "skip", "flag", "beats", "stop", "signin"].map((name) => [
        name,
        url(name),
      ]),
    ),
    first_time: play.has("first"),
    person: "pretend",
    person_id: 1,
    session: "pretend",
    prefetch: 3,
  };
  return `<!doctype html><html lang="${fr ? "fr" : "en"}"${play.has("dark") ? ' data-theme="dark"' : ""}><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Canut</title><link rel="icon" href="data:,"></head>
<body class="warp wbp"><div id="workbench"></div>
<script type="application/json" id="workbench-data">${JSON.stringify(data).replace(/</g, "\\u003c")}</script>
<script type="module" src="/src/workbench/main.ts"></script></body></html>`;
}

async function body(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  try {
    return JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>;
  } catch {
    return {};
  }
}

async function reply(
  name: string,
  play: URLSearchParams,
  request: IncomingMessage,
): Promise<unknown> {
  const payload = await body(request);
  if (name === "lease") {
    const none = play.has("none") || (play.has("total") && done + 4 > Number(play.get("total")));
    return {
      tasks: none
        ? []
        : Array.from(
            { length: Math.max(0, (payload.count as number) - (payload.have as number[]).length) },
            () => task(play),
          ),
      left: !none,
      server_ms: Date.now(),
    };
  }
  if (name !== "answers") return null;
  const receipts = (payload.answers as { key: string; replaces: string | null }[]).map(
    ({ key, replaces }) => {
      const repeated = requests.has(key);
      requests.set(key, 1);
      if (play.has("refuse"))
        return {
          key,
          problem: { code: "conflict", title: "Cette tâche est close depuis 11 h 13." },
        };
      if (!repeated && !replaces) {
        done += 1;
        me = {
          ...me,
          elapsed_ms: me.elapsed_ms + 8_000,
          earned_micro: me.earned_micro + 210_000,
          answers: me.answers + 1,
        };
      }
      return {
        key,
        answer: requests.size,
        counted: true,
        surplus: false,
        repeated,
        piece_micro: 210_000,
        elapsed_ms: 8_000,
      };
    },
  );
  return { receipts, me, progress: { done, total: Number(play.get("total") ?? 60) || null } };
}

export function pretend(request: IncomingMessage, response: ServerResponse, next: Next): void {
  const url = new URL(request.url ?? "/", "http://pretend");
  if (url.pathname === "/") {
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.end(page(url.searchParams, url.search));
    return;
  }
  if (!url.pathname.startsWith("/pretend/")) {
    next();
    return;
  }
  const name = url.pathname.slice(9);
  const picture = /^(-?\d+)-(\d+)\.png$/.exec(name);
  if (picture) {
    response.setHeader("Content-Type", "image/png");
    response.end(png(Number(picture[1]), Number(picture[2])));
    return;
  }
  void reply(name, url.searchParams, request).then((answer) => {
    response.statusCode =
      url.searchParams.has("out") && name === "answers" ? 401 : answer ? 200 : 204;
    response.setHeader("Content-Type", "application/json");
    response.end(answer ? JSON.stringify(answer) : undefined);
  });
}
