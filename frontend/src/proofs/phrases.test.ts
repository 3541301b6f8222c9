import { expect, test } from "vitest";
import type { Json } from "./canonical";
import { phrase, valueIn } from "./phrases";

const CHAIN: Json = {
  client: "Atelier",
  parties: [
    { role: "operator", name: "not disclosed", share_micro: 11_666 },
    { role: "worker", name: "", share_micro: 33_334 },
  ],
};
const SHOWN: [string, Json, string, string, string][] = [
  ["pay_people_p50", 17_200_000, "micro/h", "17.20 CAD/h", "17,20 CAD/h"],
  ["active_time", 20_880_000, "ms", "5 h 48", "5 h 48"],
  ["human_share", 976, "thousandths of labels", "97.6%", "97,6 %"],
  ["agreement", 790, "thousandths", "0.79", "0,79"],
  ["answers", 4_988, "answers", "4,988", "4 988"],
  [
    "floor",
    { from: 16_600_000, to: 17_200_000 },
    "micro/h",
    "16.60 – 17.20 CAD/h",
    "16,60 – 17,20 CAD/h",
  ],
  ["floor_respected", "yes", "yes or no", "yes", "oui"],
  [
    "workforce",
    "employee, self_employed",
    "text",
    "employee, self-employed",
    "personne salariée, à son compte",
  ],
  ["machines", [], "list", "none", "aucun"],
  ["instructions", ["a", "b"], "sha256 of versions", "2 versions", "2 versions"],
  [
    "period",
    ["2026-01-01", "2026-01-31"],
    "dates",
    "2026-01-01 – 2026-01-31",
    "2026-01-01 – 2026-01-31",
  ],
  [
    "chain",
    CHAIN,
    "lines",
    "Atelier → not disclosed 0.011666 CAD → whoever answers 0.033334 CAD",
    "Atelier → non divulgué 0,011666 CAD → qui répond 0,033334 CAD",
  ],
  ["exposure", { "2": 15 }, "hours by severity", "severity 2: 15 h", "dureté 2 : 15 h"],
  [
    "training",
    { practice: 3, lessons: 15 },
    "hours by kind",
    "practice 3 h, paid by the client, lessons 15 h, paid by the operator",
    "essais 3 h, payés par le client, leçons 15 h, payées par l’opérateur",
  ],
  [
    "material",
    {
      version: 2,
      parts: [
        {
          gesture: "captcha_image",
          consent: "none",
          payment: "no",
          share_per_mille: 600,
          count: 1_000_000,
          hours_tenths: [5_139, 28_611],
          seconds_source: "arXiv",
        },
        { gesture: "wink", consent: "asked", payment: "money" },
        { gesture: "record", consent: "by_law", payment: "no", personal: "none" },
      ],
      withdrawn: 3,
    },
    "parts",
    "version 2; CAPTCHAs with pictures, 60.0%, consent: not given, not paid, gestures: 1,000,000, 513.9 – 2,861.1 h (arXiv); wink, consent: asked for this use, paid, hours unknown; Public registers and archives, consent: by law, not paid, nobody can be recognised; withdrawn: 3",
    "version 2 ; CAPTCHA d’images, 60,0 %, consentement : non donné, non payé, gestes : 1 000 000, 513,9 – 2 861,1 h (arXiv) ; wink, consentement : demandé pour cet usage, payé, heures inconnues ; Registres publics et archives, consentement : par la loi, non payé, personne n’est reconnaissable ; retirés : 3",
  ],
  [
    "sources",
    [{ relation: "mixed_with", name: "SQuAD", card: "ab" }],
    "datasets",
    "Mixed with SQuAD, card ab",
    "Mêlé à SQuAD, fiche ab",
  ],
  ["sources", [], "datasets", "none", "aucun"],
  ["places", { CA: 20 }, "people by country", "CA 20", "CA 20"],
];

test("figures are written as people read them, in both languages", () => {
  for (const [name, value, unit, english, french] of SHOWN) {
    const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");
    expect([name, plain(valueIn("en", name, value, unit, "CAD"))]).toEqual([name, english]);
    expect([name, plain(valueIn("fr", name, value, unit, "CAD"))]).toEqual([name, french]);
  }
});

test("a value of another shape is shown, and never stops the page", () => {
  for (const name of [
    "chain",
    "floor",
    "contributions",
    "exposure",
    "period",
    "material",
    "sources",
  ]) {
    for (const value of [{ client: 5 }, [{ a: 1 }], true, { parties: 3, names: "x" }]) {
      expect(valueIn("fr", name, value, "lines", "CAD")).not.toBe("");
    }
  }
});

test("why something is unknown is said in the language of the page", () => {
  expect(phrase("fr", "shown from 20 people on")).toBe("montré à partir de 20 personnes");
  expect(phrase("fr", "not measured")).toBe("non mesuré");
  expect(phrase("en", "what somebody else wrote")).toBe("what somebody else wrote");
});
