/* The few drawings of the workbench, all of them strokes. */
import { html, svg, type TemplateResult } from "lit";

const icon = (path: string): TemplateResult =>
  html`<svg class="ic" viewBox="0 0 16 16" aria-hidden="true">${svg`<path d=${path}/>`}</svg>`;

export const UNDO = icon("M3 6h7a3.5 3.5 0 0 1 0 7H6M5.5 3.2L2.7 6l2.8 2.8");
export const SKIP = icon("M3 3.5l6 4.5-6 4.5zM12.5 3.5v9");
export const FLAG = icon("M4 14V2.5h8.5l-2 3 2 3H4");
export const ASK = icon("M5.2 6a2.8 2.8 0 1 1 4 2.5c-.9.5-1.2 1-1.2 2M8 12.6v.2");
export const INFO = icon("M8 7.2v4M8 4.6v.2M1.8 8a6.2 6.2 0 1 0 12.4 0a6.2 6.2 0 1 0-12.4 0");
export const CHECK = icon("M3 8.5l3.5 3.5L13 4.5");
export const BACK = icon("M13.5 8H3M7 4L3 8l4 4");
export const WARN = icon("M8 2.5L14.5 13.5H1.5zM8 6.5v3.2M8 11.6v.2");

export const SIGN = html`<svg viewBox="0 0 20 20" fill="none" aria-hidden="true">
  <path class="w" d="M4 1.5v5.5M4 13v5.5M10 1.5v17M16 1.5v5.5M16 13v5.5"/>
  <path class="f" d="M1 10h6.8M12.2 10H19"/></svg>`;

/** Saved: a line with a full knot. Waiting: a knot, then dashes. Offline: a cut line. */
export const KNOTS = {
  ok: html`<svg viewBox="0 0 22 12" aria-hidden="true"><path d="M1 6h20"/><circle class="k" cx="11" cy="6" r="3.6"/></svg>`,
  wait: html`<svg viewBox="0 0 22 12" aria-hidden="true"><path d="M1 6h9M13 6h2M17 6h1.5M20 6h1"/><circle class="k" cx="10" cy="6" r="3.6"/></svg>`,
  off: html`<svg viewBox="0 0 22 12" aria-hidden="true"><path d="M1 6h5M16 6h5M6 2.5v7M16 2.5v7"/></svg>`,
};

/** An empty loom: a warp with one shuttle. */
export const LOOM = html`<svg class="ch loom" viewBox="0 0 300 132" width="300" height="132" aria-hidden="true">
  <defs><pattern id="wb-loom" width="12" height="8" patternUnits="userSpaceOnUse"><path class="wp2" d="M6 0v8"/></pattern></defs>
  <rect width="300" height="132" fill="url(#wb-loom)"/>
  <path class="weft" d="M0 112H300M0 118H300M0 124H300M0 130H300"/>
  <path class="weftt" d="M0 106H138"/><path class="shut2" d="M136 106q13 -12 26 0q-13 12 -26 0z"/></svg>`;
