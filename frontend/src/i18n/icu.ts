/* Messages with places for facts, in a part of the form that ICU MessageFormat has: `{name}`,
   `{n, plural, =0 {none} one {# task} other {# tasks}}`, `selectordinal`, `select`. A `#` is the number;
   the space behind it does not break. Which plural forms there are, the browser knows for each language. */
import { count } from "./format";
import { localeOf } from "./languages";

export type Fact = string | number;
type Choice = { name: string; by: string; forms: ReadonlyMap<string, readonly Part[]> };
type Part = string | { name: string } | Choice;

const WORD = /[^\s{},]+/y;
const BLANK = /[\s,]*/y;

/** Read a message once; a form that is not closed is an error, in the test and not on the page. */
export function parse(text: string): readonly Part[] {
  let at = 0;
  const take = (what: RegExp): string => {
    what.lastIndex = at;
    const match = what.exec(text)?.[0] ?? "";
    at += match.length;
    return match;
  };
  const word = (): string => {
    take(BLANK);
    const token = take(WORD);
    take(BLANK);
    return token;
  };
  const close = () => {
    if (text[at] !== "}") throw new Error(`a } is missing at ${at} of ${text}`);
    at += 1;
  };
  function argument(): Part {
    const name = word();
    const by = text[at] === "}" ? "" : word();
    const forms = new Map<string, readonly Part[]>();
    while (by && at < text.length && text[at] !== "}") {
      const form = word();
      if (text[at] !== "{") throw new Error(`a { is missing at ${at} of ${text}`);
      at += 1;
      forms.set(form, parts(name));
      close();
      take(BLANK);
    }
    close();
    return by ? { name, by, forms } : { name };
  }
  function parts(counted: string): readonly Part[] {
    const list: Part[] = [];
    let plain = "";
    const end = () => {
      if (plain) list.push(plain);
      plain = "";
    };
    while (at < text.length && text[at] !== "}") {
      const sign = text[at] as string;
      at += 1;
      if (sign === "{") {
        end();
        list.push(argument());
      } else if (sign === "#" && counted) {
        end();
        list.push({ name: counted });
        if (text[at] === " ") {
          at += 1;
          plain = "\u00a0";
        }
      } else plain += sign;
    }
    end();
    return list;
  }
  const whole = parts("");
  if (at < text.length) throw new Error(`a } too many at ${at} of ${text}`);
  return whole;
}

const rules = new Map<string, Intl.PluralRules>();

/** What is made once is kept: making it costs more than drawing the page. */
function rule(locale: string, type: Intl.PluralRuleType): Intl.PluralRules {
  const pluralRules = rules.get(`${locale} ${type}`) ?? new Intl.PluralRules(locale, { type });
  rules.set(`${locale} ${type}`, pluralRules);
  return pluralRules;
}

function formOf(choice: Choice, value: Fact, locale: string): readonly Part[] {
  const { by, forms } = choice;
  const exact = forms.get(by === "select" ? String(value) : `=${value}`);
  if (exact) return exact;
  const type = by === "selectordinal" ? "ordinal" : "cardinal";
  const form = by === "select" ? "" : rule(locale, type).select(Number(value));
  return forms.get(form) ?? forms.get("other") ?? [];
}

/** Say a message with its facts; numbers as the language writes them, texts as they are. */
export function formatMessage(
  parts: readonly Part[],
  facts: Readonly<Record<string, Fact>>,
  language: string,
  locale = localeOf(language),
): string {
  let text = "";
  for (const part of parts) {
    if (typeof part === "string") text += part;
    else {
      const value = facts[part.name] ?? "";
      if ("by" in part) text += formatMessage(formOf(part, value, locale), facts, language, locale);
      else text += typeof value === "number" ? count(value, language) : value;
    }
  }
  return text;
}
