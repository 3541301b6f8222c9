/* What the page says where segments of a sound are placed. */
import { section } from "../../i18n/load";

export const wordsIn = section("audio", "audio", {
  speed: ["rate"],
  removeThis: ["what"],
  marks: ["n"],
  began: ["at"],
  picked: ["what"],
  next: ["name"],
  span: ["start", "end"],
  text: ["what"],
  gone: ["what"],
  most: ["n"],
  least: ["n"],
  over: ["n"],
});
