/* Money and time as people read them, by language. Never rounded up in the payer's favour. */

import type { Language } from "../protocol/questions";
import type { DayAccount, Rate } from "../protocol/workbench";
import { localeOf } from "./languages";

const formats = new Map<string, Intl.NumberFormat>();

/** A formatter costs more than drawing the page: each is made once. */
function format(language: Language, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  const name = `${language} ${options.currency ?? ""} ${options.maximumFractionDigits ?? ""}`;
  const formatter = formats.get(name) ?? new Intl.NumberFormat(localeOf(language), options);
  formats.set(name, formatter);
  return formatter;
}

/** What was earned with answers that wait to be sent; hours that are paid go by time elapsed. */
export function earned(
  me: DayAccount,
  rate: Rate | null,
  waiting: number,
  elapsedMs: number,
): number {
  if (!rate) return me.earned_micro;
  const hours = ((elapsedMs - me.elapsed_ms) * (rate.by_hour_micro ?? 0)) / 3_600_000;
  return me.earned_micro + waiting * rate.piece_micro + Math.floor(hours);
}

/** What a worker earned so far, rounded up to the cent, as their statement will be. */
export function earnings(micro: number, currency: string, language: Language): string {
  const as = format(language, { style: "currency", currency });
  const minor = 10 ** (6 - (as.resolvedOptions().maximumFractionDigits ?? 2));
  return money(Math.ceil(micro / minor) * minor, currency, language);
}

/** `12,06 $`, `$12.06`; a price below the cent keeps its decimals: `0,2105 $`. */
export function money(micro: number, currency: string, language: Language): string {
  const as = format(language, { style: "currency", currency });
  const minor = as.resolvedOptions().maximumFractionDigits ?? 2;
  return as.format(Math.trunc(micro / 10 ** (6 - minor)) / 10 ** minor);
}

/** A French date that begins with the first of a month, as one writes it: `1er mai 2026`. */
export const withFirst = (date: string, language: Language): string =>
  language.startsWith("fr") ? date.replace(/^1(?=\s\p{L})/u, "1er") : date;

export function price(micro: number, currency: string, language: Language): string {
  const exact = { style: "currency", currency, maximumFractionDigits: 6 } as const;
  return format(language, exact).format(micro / 1e6);
}

/** What this comes to by the hour, in micro-units; null while there is too little to tell. */
export function perHour(micro: number, elapsedMs: number): number | null {
  return elapsedMs < 60_000 ? null : Math.floor((micro / elapsedMs) * 3_600_000);
}

/** `41 s`, `2 min 10`, `41 min`, `2 h 34`: no-break spaces inside. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const two = (n: number) => String(n).padStart(2, "0");
  if (minutes >= 60) return `${Math.floor(minutes / 60)}\u00a0h\u00a0${two(minutes % 60)}`;
  if (minutes >= 10) return `${minutes}\u00a0min`;
  if (minutes > 0) {
    const remainder = seconds % 60;
    return remainder ? `${minutes}\u00a0min\u00a0${two(remainder)}` : `${minutes}\u00a0min`;
  }
  return `${seconds}\u00a0s`;
}

export function count(n: number, language: Language): string {
  return format(language).format(n);
}

/** The sign between a number and its decimals. */
export const comma = (language: Language): string =>
  format(language)
    .formatToParts(1.5)
    .find(({ type }) => type === "decimal")?.value ?? ".";
