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

/**
 * Puts `${NAME}` in the place of each variable's value in a text that may hold
 * some of them, as they are or as a URL or JSON writes them.
 */
export function redact(
  text: string,
  variables: Readonly<Record<string, string>>,
): string {
  return Object.entries(variables)
    .filter(([, value]) => value.length >= REDACTED_CHARS_MIN)
    .flatMap(([name, value]) =>
      writtenForms(value).map((form) => [name, form] as const)
    )
    // A value may be a part of another one.
    .sort(([, a], [, b]) => b.length - a.length)
    .reduce(
      (hidden, [name, form]) => hidden.replaceAll(form, () => `\${${name}}`),
      text,
    );
}

/** Most values: each way to write them is the same. */
const PLAIN_REGEXP = /^[\w.~-]*$/;
/** What `encodeURIComponent` leaves and kar does not (RFC 3986, 2.3). */
const LEFT_REGEXP = /[!'()*]/g;

/** A value as it is, and as URLs and JSON write it. */
function writtenForms(value: string): readonly string[] {
  if (PLAIN_REGEXP.test(value)) return [value];
  const json = JSON.stringify(value).slice(1, -1);
  const uri = encodeURIComponent(value.toWellFormed());
  const strict = uri.replaceAll(
    LEFT_REGEXP,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const upper = [uri, strict];
  return [...new Set([value, json, ...upper, ...upper.map(lowerEscapes)])];
}

function lowerEscapes(text: string): string {
  return text.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
}
