/** A value of a script that could be read without running it. */
export type LiteralRead =
  | { readonly kind: "value"; readonly value: unknown; readonly end: number }
  | null;

const SPACE = /(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
const NUMBER = /-?(?:0x[\da-f]+|(?:\d[\d_]*)?\.?\d+(?:e[+-]?\d+)?)/iy;
const WORD = /[A-Za-z_$][\w$]*/y;
const DEPTH_MAX = 40;

/** What a name of the script stands for: a text with `${NAME}`, as a config has it. */
export type ScriptConstants = ReadonlyMap<string, unknown>;

/** Marks a text that is a template of a config already. */
class ConfigText {
  constructor(readonly template: string) {}
}

/** What is known where a literal stands, and how deep that is. */
export interface LiteralContext {
  readonly known: ScriptConstants;
  readonly depth: number;
}

/** Where what is no code ends, from `at` on. */
export function skipSpace(text: string, at: number): number {
  SPACE.lastIndex = at;
  SPACE.exec(text);
  return Math.max(at, SPACE.lastIndex);
}

/**
 * Reads a literal of JavaScript that stands at `at`: strings, numbers, lists,
 * objects, template strings, known names, and texts joined by `+`. Anything
 * else is null: it would have to be run.
 */
export function readLiteral(
  text: string,
  at: number,
  context: LiteralContext,
): LiteralRead {
  let left = readOne(text, skipSpace(text, at), context);
  while (left !== null) {
    const next = skipSpace(text, left.end);
    if (text[next] !== "+" || text[next + 1] === "+") return left;
    const right = readOne(text, skipSpace(text, next + 1), context);
    if (right === null) return null;
    left = {
      kind: "value",
      value: joined(left.value, right.value),
      end: right.end,
    };
  }
  return left;
}

function readOne(
  text: string,
  at: number,
  reading: LiteralContext,
): LiteralRead {
  if (reading.depth > DEPTH_MAX) return null;
  const char = text[at];
  if (char === '"' || char === "'") return readString(text, at, char);
  if (char === "`") return readTemplate(text, at, reading.known);
  if (char === "[") return readList(text, at, reading);
  if (char === "{") return readObject(text, at, reading);
  NUMBER.lastIndex = at;
  const number = NUMBER.exec(text)?.[0];
  if (number !== undefined) {
    return {
      kind: "value",
      value: Number(number.replaceAll("_", "")),
      end: at + number.length,
    };
  }
  return readName(text, at, reading);
}

function readName(
  text: string,
  at: number,
  { known, depth }: LiteralContext,
): LiteralRead {
  const environment =
    /__ENV(?:\.([A-Za-z_]\w*)|\[\s*['"]([A-Za-z_]\w*)['"]\s*\])/y;
  environment.lastIndex = at;
  const variable = environment.exec(text);
  if (variable !== null) {
    const name = variable[1] ?? variable[2]!;
    const end = environment.lastIndex;
    const value = new ConfigText(`\${${name}}`);
    // `__ENV.X || 'http://…'`: the text after it is what is meant without it.
    const or = skipSpace(text, end);
    if (text.startsWith("||", or)) {
      return readLiteral(text, or + 2, { known, depth: depth + 1 });
    }
    return { kind: "value", value, end };
  }
  const call = /JSON\s*\.\s*stringify\s*\(/y;
  call.lastIndex = at;
  if (call.exec(text) !== null) {
    const inner = readLiteral(text, call.lastIndex, {
      known,
      depth: depth + 1,
    });
    if (inner === null) return null;
    const end = skipSpace(text, inner.end);
    return text[end] === ")"
      ? { kind: "value", value: new JsonText(inner.value), end: end + 1 }
      : null;
  }
  WORD.lastIndex = at;
  const word = WORD.exec(text)?.[0];
  if (word === undefined) return null;
  const end = at + word.length;
  const simple: Record<string, unknown> = {
    true: true,
    false: false,
    null: null,
  };
  if (Object.hasOwn(simple, word)) {
    return { kind: "value", value: simple[word], end };
  }
  return known.has(word) && !/[\w$.(\[]/.test(text[end] ?? "")
    ? { kind: "value", value: known.get(word), end }
    : null;
}

/** A value that the script makes JSON of. */
export class JsonText {
  constructor(readonly value: unknown) {}
}

function joined(left: unknown, right: unknown): unknown {
  if (typeof left === "number" && typeof right === "number") {
    return left + right;
  }
  return new ConfigText(templateOf(left) + templateOf(right));
}

/** A value as a text of a config. */
export function templateOf(value: unknown): string {
  if (value instanceof ConfigText) return value.template;
  if (value instanceof JsonText) return JSON.stringify(value.value);
  const text = typeof value === "object"
    ? JSON.stringify(value)
    : String(value);
  return text.toWellFormed().replaceAll("${", () => "$${").replaceAll(
    "{{",
    "{{{{",
  );
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
  v: "\v",
  0: "\0",
  "\n": "",
};

function unescaped(text: string, at: number): readonly [string, number] {
  const code = /^(?:u\{([\da-f]{1,6})\}|u([\da-f]{4})|x([\da-f]{2}))/i.exec(
    text.slice(at, at + 10),
  );
  if (code !== null) {
    const value = parseInt(code[1] ?? code[2] ?? code[3]!, 16);
    const char = value <= 0x10ffff ? String.fromCodePoint(value) : "\ufffd";
    return [char, at + code[0].length];
  }
  const char = text[at] ?? "";
  return [ESCAPES[char] ?? char, at + 1];
}

function readString(text: string, at: number, quote: string): LiteralRead {
  let value = "";
  for (let i = at + 1; i < text.length;) {
    const char = text[i]!;
    if (char === quote) return { kind: "value", value, end: i + 1 };
    if (char === "\n") return null;
    if (char === "\\") {
      const [plain, next] = unescaped(text, i + 1);
      value += plain;
      i = next;
    } else {
      value += char;
      i++;
    }
  }
  return null;
}

function readTemplate(
  text: string,
  at: number,
  known: ScriptConstants,
): LiteralRead {
  let template = "";
  let plain = "";
  const flush = () => {
    template += templateOf(plain);
    plain = "";
  };
  for (let i = at + 1; i < text.length;) {
    const char = text[i]!;
    if (char === "`") {
      flush();
      return { kind: "value", value: new ConfigText(template), end: i + 1 };
    }
    if (text.startsWith("${", i)) {
      const inner = readLiteral(text, i + 2, { known, depth: 1 });
      if (inner === null) return null;
      const end = skipSpace(text, inner.end);
      if (text[end] !== "}") return null;
      flush();
      template += templateOf(inner.value);
      i = end + 1;
    } else if (char === "\\") {
      const [read, next] = unescaped(text, i + 1);
      plain += read;
      i = next;
    } else {
      plain += char;
      i++;
    }
  }
  return null;
}

function readList(
  text: string,
  at: number,
  { known, depth }: LiteralContext,
): LiteralRead {
  const value: unknown[] = [];
  for (let i = skipSpace(text, at + 1);;) {
    if (text[i] === "]") return { kind: "value", value, end: i + 1 };
    const item = readLiteral(text, i, { known, depth: depth + 1 });
    if (item === null) return null;
    value.push(item.value);
    i = skipSpace(text, item.end);
    if (text[i] === ",") i = skipSpace(text, i + 1);
    else if (text[i] !== "]") return null;
  }
}

/** A property that has to be run is left out of the object, not the object. */
function readObject(
  text: string,
  at: number,
  { known, depth }: LiteralContext,
): LiteralRead {
  const value: Record<string, unknown> = Object.create(null);
  for (let i = skipSpace(text, at + 1);;) {
    if (text[i] === "}") {
      return { kind: "value", value: { ...value }, end: i + 1 };
    }
    const key = readKey(text, i);
    if (key === null) return null;
    i = skipSpace(text, key.end);
    if (text[i] !== ":") return null;
    const item = readLiteral(text, i + 1, { known, depth: depth + 1 });
    if (item === null) return null;
    value[String(key.value)] = item.value;
    i = skipSpace(text, item.end);
    if (text[i] === ",") i = skipSpace(text, i + 1);
    else if (text[i] !== "}") return null;
  }
}

function readKey(text: string, at: number): LiteralRead {
  const char = text[at];
  if (char === '"' || char === "'") return readString(text, at, char);
  WORD.lastIndex = at;
  const word = WORD.exec(text)?.[0] ??
    /^\d+/.exec(text.slice(at, at + 20))?.[0];
  return word === undefined
    ? null
    : { kind: "value", value: word, end: at + word.length };
}
