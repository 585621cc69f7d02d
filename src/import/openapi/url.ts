import { type DraftHeader, meant } from "../../draft/mod.ts";

/** A parameter with its value, and how OpenAPI has it written (3.1, "Style Values"). */
export interface Parameter {
  readonly name: string;
  readonly where: "path" | "query" | "header" | "cookie";
  readonly style: string;
  readonly explode: boolean;
  readonly allowReserved: boolean;
  /** Its strings are templates. */
  readonly value: unknown;
}

const FIELD_REGEXP = /(\{\{(?!\{)[^{}]*\}\})/;

/** Percent-encodes what is no field: a field's value is encoded when it is drawn. */
function encoded(template: string, allowReserved = false): string {
  return template.split(FIELD_REGEXP).map((piece, i) => {
    if (i % 2 === 1) return piece;
    const text = meant(piece).toWellFormed();
    return allowReserved
      ? encodeURI(text).replaceAll("#", "%23")
      : encodeURIComponent(text);
  }).join("");
}

type Pair = readonly [name: string, value: unknown];

/** A list of parts: values, or names with values. */
function partsOf(value: unknown): readonly unknown[] | readonly Pair[] {
  if (Array.isArray(value)) return value;
  return Object.entries(value as object);
}

function isParts(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function isPairs(value: unknown): boolean {
  return isParts(value) && !Array.isArray(value);
}

/** A value as text, nested ones as JSON. */
function flat(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The path with its parameters in place: styles simple, label and matrix. */
export function pathWith(
  path: string,
  parameters: readonly Parameter[],
): string {
  return path.split(/(\{[^{}]*\})/).map((piece) => {
    const name = /^\{([^{}]*)\}$/.exec(piece)?.[1];
    if (name === undefined) return encodeURI(piece.toWellFormed());
    const parameter = parameters.find((each) =>
      each.where === "path" && each.name === name
    );
    return parameter === undefined ? "1" : pathValue(parameter);
  }).join("");
}

function pathValue({ name, style, explode, value }: Parameter): string {
  const text = (part: unknown) => encoded(flat(part));
  const pairs = (join: string) =>
    (partsOf(value) as readonly Pair[])
      .map(([key, part]) => `${text(key)}${explode ? "=" : join}${text(part)}`);
  const all = (join: string) =>
    isPairs(value)
      ? pairs(join)
      : isParts(value)
      ? partsOf(value).map(text)
      : [text(value)];
  const own = encoded(name);
  switch (style) {
    case "label": {
      const join = explode ? "." : ",";
      return `.${all(join).join(join)}`;
    }
    case "matrix":
      if (!explode || !isParts(value)) return `;${own}=${all(",").join(",")}`;
      return isPairs(value)
        ? pairs("=").map((pair) => `;${pair}`).join("")
        : partsOf(value).map((part) => `;${own}=${text(part)}`).join("");
    default:
      return all(",").join(",");
  }
}

/** The query: styles form, spaceDelimited, pipeDelimited and deepObject. */
export function queryOf(parameters: readonly Parameter[]): string {
  const parts = parameters.filter(({ where }) => where === "query")
    .flatMap(queryParts);
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

const DELIMITERS: Readonly<Record<string, string>> = {
  form: ",",
  spaceDelimited: "%20",
  pipeDelimited: "%7C",
};

function queryParts(parameter: Parameter): string[] {
  const { name, style, explode, allowReserved, value } = parameter;
  const text = (part: unknown) => encoded(flat(part), allowReserved);
  const own = encoded(name);
  if (!isParts(value)) return [`${own}=${text(value)}`];
  if (isPairs(value)) {
    const pairs = partsOf(value) as readonly Pair[];
    if (style === "deepObject") {
      return pairs.map(([key, part]) =>
        `${own}%5B${encoded(key)}%5D=${text(part)}`
      );
    }
    if (explode) {
      return pairs.map(([key, part]) => `${encoded(key)}=${text(part)}`);
    }
    return [`${own}=${pairs.flat().map(text).join(DELIMITERS[style] ?? ",")}`];
  }
  const values = partsOf(value).map(text);
  return explode
    ? values.map((part) => `${own}=${part}`)
    : [`${own}=${values.join(DELIMITERS[style] ?? ",")}`];
}

/** Headers, and cookies as one header. */
export function headersWith(parameters: readonly Parameter[]): DraftHeader[] {
  const headers = parameters.filter(({ where }) => where === "header")
    .map(({ name, explode, value }): DraftHeader => [
      name,
      isPairs(value)
        ? (partsOf(value) as readonly Pair[])
          .map(([key, part]) => `${key}${explode ? "=" : ","}${flat(part)}`)
          .join(",")
        : isParts(value)
        ? partsOf(value).map(flat).join(",")
        : flat(value),
    ]);
  const cookies = parameters.filter(({ where }) => where === "cookie")
    .map(({ name, value }) => `${name}=${flat(value)}`);
  return cookies.length === 0
    ? headers
    : [...headers, ["cookie", cookies.join("; ")]];
}
