import { printable } from "./printable.ts";

/** `$${` stands for a plain `${`; `${NAME}` for the value of a variable. */
const PLACE_REGEXP = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/**
 * Replaces each `${NAME}` in a text, where requests are built and nowhere else.
 *
 * @param variables a value for every name that `variablesIn` tells
 */
export function expand(
  text: string,
  variables: Readonly<Record<string, string>>,
): string {
  return text.replaceAll(
    PLACE_REGEXP,
    (place, name: string | undefined) => {
      if (name === undefined) return "${";
      // An own property only: `constructor` is not a variable.
      return Object.hasOwn(variables, name) ? variables[name]! : place;
    },
  );
}

/** Names of the variables that a text uses, each once. */
export function variablesIn(text: string): string[] {
  const names = new Set<string>();
  for (const [, name] of text.matchAll(PLACE_REGEXP)) {
    if (name !== undefined) names.add(name);
  }
  return [...names];
}

/** A shorter value is not a secret, and stands by chance in many a text. */
export const REDACTED_CHARS_MIN = 6;

/** A value as it is written somewhere, and the name of its variable. */
type Form = readonly [name: string, form: string];

/**
 * Puts `${NAME}` in the place of each variable's value in a text that may hold
 * some of them, as they are or as a URL, JSON or a message writes them; also in
 * that of the beginning of one, where the text was cut.
 */
export function redact(
  text: string,
  variables: Readonly<Record<string, string>>,
): string {
  const forms = Object.entries(variables)
    .filter(([, value]) => value.length >= REDACTED_CHARS_MIN)
    .flatMap(([name, value]) =>
      writtenForms(value).map((form): Form => [name, form])
    )
    // A value may be a part of another one.
    .sort(([, a], [, b]) => b.length - a.length);
  const whole = forms.reduce(
    (hidden, [name, form]) => hidden.replaceAll(form, () => `\${${name}}`),
    text,
  );
  return forms.length === 0 ? whole : withoutBeginnings(whole, forms);
}

/** What stands behind a text that was cut: nothing, an ellipsis, or half a character. */
const CUT_REGEXP = /[…\ufffd]|$/g;

/** Hides what values begin with, before each place where a text was cut. */
function withoutBeginnings(text: string, forms: readonly Form[]): string {
  let hidden = "";
  let from = 0;
  for (const { index } of text.matchAll(CUT_REGEXP)) {
    const piece = text.slice(from, index);
    const [name, length] = longestBeginning(piece, forms);
    hidden += length < REDACTED_CHARS_MIN
      ? piece
      : `${piece.slice(0, -length)}\${${name}}`;
    from = index;
  }
  return hidden;
}

/**
 * The value of which a text ends with the most characters, and how many these
 * are; fewer than a secret has = there is none.
 */
function longestBeginning(
  text: string,
  forms: readonly Form[],
): readonly [name: string, length: number] {
  let best: readonly [string, number] = ["", REDACTED_CHARS_MIN - 1];
  for (const [name, form] of forms) {
    const most = Math.min(form.length - 1, text.length);
    for (let length = most; length > best[1]; length--) {
      if (!text.endsWith(form.slice(0, length))) continue;
      best = [name, length];
      break;
    }
  }
  return best;
}

/** Most values: each way to write them is the same. */
const PLAIN_REGEXP = /^[\w.~-]*$/;
/** What `encodeURIComponent` leaves and kar does not (RFC 3986, 2.3). */
const LEFT_REGEXP = /[!'()*]/g;

/** A value as it is, and as URLs, JSON and messages write it. */
function writtenForms(value: string): readonly string[] {
  if (PLAIN_REGEXP.test(value)) return [value];
  const json = JSON.stringify(value).slice(1, -1);
  const uri = encodeURIComponent(value.toWellFormed());
  const strict = uri.replaceAll(
    LEFT_REGEXP,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const upper = [uri, strict];
  // Who says a request back as JSON has its JSON in a text of that.
  const within = JSON.stringify(json).slice(1, -1);
  const shown = [value, json].map(printable);
  return [
    ...new Set([
      ...[value, json, within],
      ...shown,
      ...upper,
      ...upper.map(lowerEscapes),
    ]),
  ];
}

function lowerEscapes(text: string): string {
  return text.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
}
