/* What the page says where spans are marked. */
import { section } from "../../i18n/load";

export const wordsIn = section("spans", "spans", {
  marks: ["n"],
  last: ["first"],
  picked: ["text"],
  next: ["name"],
  linking: ["text"],
  between: ["from", "to"],
  removeThis: ["text"],
  marked: ["text", "label"],
  gone: ["text"],
  related: ["from", "label", "to"],
  selected: ["text"],
  inside: ["labels"],
  overlap: ["text"],
  most: ["n"],
  least: ["n"],
  over: ["n"],
});
