/* For tests: the words of French are there before anything is drawn, and those of no other language. */
import { type File, fetchWords } from "../src/i18n/load";

const FILES: readonly File[] = ["audio", "kinds", "pages", "regions", "spans", "workbench"];
await fetchWords("fr", FILES);
