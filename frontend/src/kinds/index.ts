/* The register of kinds: a new kind is one line here and one file. */
import { choice } from "./choice";
import type { Kind } from "./kind";

export const KINDS: Readonly<Record<string, Kind>> = { choice };
