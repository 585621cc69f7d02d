import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Scalar,
  type YAMLMap,
} from "yaml";
import {
  DEPTH_MAX,
  type Refusal,
  TOO_DEEP,
  TOO_MANY,
  VALUES_MAX,
} from "./bounds.ts";
import { FIELD_MASK, maskFields } from "../../request/mod.ts";
import type { Place, Problem } from "./problem.ts";
import { isTemplate, isVariable, substitute } from "./template.ts";
import {
  type MapEntry,
  type Path,
  pathText,
  type ScalarNode,
  type TreeNode,
} from "./tree.ts";
import {
  type CoreValue,
  coreValue,
  exactValue,
  keyText,
  parseYaml,
  readAgain,
  writtenText,
} from "./yaml.ts";

/** Syntax errors told; those after the first are mostly its echo. */
const SYNTAX_TOLD_MAX = 5;
/** The library's words may quote the file, which may be one long word. */
const SYNTAX_CHARS_MAX = 200;

/**
 * How a scalar is taken.
 *
 * - `value`: by YAML's core rules; so is what a variable holds
 * - `text`: as it is written, never as a number; its variables are wanted later
 * - `json`: by YAML's core rules, what a variable holds is text, and wanted later
 */
export type Role = "value" | "text" | "json";

/** Looks up an environment variable. */
export type Environment = (name: string) => string | undefined;

const READ: Readonly<Record<Role, (scalar: Scalar) => CoreValue>> = {
  value: coreValue,
  text: writtenText,
  json: exactValue,
};

/** Options of reading a document. */
export interface ReadOptions {
  /** Named in problems; its positions are left out when `inFile` is false. */
  readonly file: string;
  readonly inFile: boolean;
  readonly environment: Environment;
  readonly role: (path: Path) => Role;
  /** Whether the text at a path may hold fields: its value is then what it would be without. */
  readonly holdsFields?: (path: Path) => boolean;
  /** Path of the text in the whole document; empty = it is the whole. */
  readonly base: Path;
}

/** A tree, or null where the text is not YAML; null never comes without an error. */
export interface ReadResult {
  readonly node: TreeNode | null;
  readonly problems: readonly Problem[];
}

/** What is behind the library's words, most often. */
const SYNTAX_HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /sequence item without - indicator/i,
    'each item of a list begins with "- ", and its keys start at one column',
  ],
  [
    /mapping items must start at the same column/i,
    "the keys of a list's item stand below its first one, behind the -",
  ],
];

/** The library's words, or plainer ones. */
function syntaxWords(code: string, message: string): string {
  if (code === "MULTIPLE_DOCS") return "a second document, must be one";
  const hint = SYNTAX_HINTS.find(([pattern]) => pattern.test(message))?.[1];
  return hint === undefined ? message : `${message}: ${hint}`;
}

/** Reads one YAML document; whatever the text is, never throws. */
export function readTree(text: string, options: ReadOptions): ReadResult {
  const lines = new LineCounter();
  const reader = new TreeReader(options, lines);
  const parsed = parseYaml(text, lines);
  if (parsed.kind === "refused") reader.refused(parsed.refusal, text);
  else if (hasProblem(parsed.document)) reader.syntaxOf(parsed.document, text);
  else reader.contentsOf(parsed.document);
  return reader;
}

/** Tags are mere warnings to the library; kar has no use for them. */
function hasProblem({ errors, warnings }: Document): boolean {
  return errors.length + warnings.length > 0;
}

/** The work of reading one document; made for it and dropped after it. */
class TreeReader implements ReadResult {
  node: TreeNode | null = null;
  readonly problems: Problem[] = [];
  readonly #options: ReadOptions;
  readonly #lines: LineCounter;
  readonly #anchors = new Map<string, Node>();
  #valuesLeft = VALUES_MAX;
  #aliasesOpen = 0;

  constructor(options: ReadOptions, lines: LineCounter) {
    this.#options = options;
    this.#lines = lines;
  }

  contentsOf({ contents }: Document): void {
    const node = this.#read(contents, this.#options.base);
    // Half a tree would only give false problems.
    if (this.#valuesLeft > 0) this.node = node;
  }

  syntaxOf({ errors, warnings }: Document, text: string): void {
    const issues = [...errors, ...warnings];
    const bare = issues.find(({ pos: [at] }) => text.startsWith("${", at - 1));
    if (bare !== undefined) {
      const message = 'inside { } and [ ] it must be in quotes, "${NAME}"';
      return this.syntax(message, bare.pos[0] - 1);
    }
    for (const { code, message, pos } of issues.slice(0, SYNTAX_TOLD_MAX)) {
      this.syntax(syntaxWords(code, message), pos[0]);
    }
  }

  refused({ message, offset }: Refusal, text: string): void {
    // Nobody has counted the lines of a text that was not parsed.
    const lineStarts = [0];
    for (
      let at = text.indexOf("\n");
      at >= 0 && at < offset;
      at = text.indexOf("\n", at + 1)
    ) lineStarts.push(at + 1);
    this.#lines.lineStarts = lineStarts;
    this.#report([], this.#place(offset), message.slice(0, SYNTAX_CHARS_MAX));
  }

  syntax(message: string, offset: number): void {
    const words = message.slice(0, SYNTAX_CHARS_MAX);
    this.#report([], this.#place(offset), `not valid YAML: ${words}`);
  }

  #read(node: unknown, path: Path): TreeNode {
    const at = this.#placeOf(node);
    if (this.#isTooMuch(path, at)) return emptyAt(at);
    if (isAlias(node)) return this.#alias(node.source, path, at);
    this.#remember(node);
    if (isMap(node)) return this.#map(node, path, at);
    if (isSeq(node)) {
      const items = node.items.map((item, i) => this.#read(item, [...path, i]));
      return { kind: "list", at, items };
    }
    return isScalar(node) ? this.#scalar(node, path, at) : emptyAt(at);
  }

  /** Tells once that a bound is passed; from then on everything is empty. */
  #isTooMuch(path: Path, at: Place): boolean {
    if (this.#valuesLeft <= 0) return true;
    this.#valuesLeft--;
    const depth = path.length - this.#options.base.length;
    if (depth <= DEPTH_MAX && this.#valuesLeft > 0) return false;
    this.#valuesLeft = 0;
    this.#report([], at, depth > DEPTH_MAX ? TOO_DEEP : TOO_MANY);
    return true;
  }

  #remember(node: unknown): void {
    const isAnchor = (isScalar(node) || isCollection(node)) && node.anchor;
    // Inside an alias all is known already, and must not hide a later anchor.
    if (isAnchor && this.#aliasesOpen === 0) {
      this.#anchors.set(node.anchor!, node as Node);
    }
  }

  #alias(name: string, path: Path, at: Place): TreeNode {
    const node = this.#anchors.get(name);
    if (node === undefined) {
      const alias = pathText([name]);
      this.#report(path, at, `*${alias} has no anchor &${alias} before it`);
      return emptyAt(at);
    }
    this.#aliasesOpen++;
    const tree = this.#read(node, path);
    this.#aliasesOpen--;
    return tree;
  }

  #map(map: YAMLMap, path: Path, at: Place): TreeNode {
    const entries = new Map<string, MapEntry>();
    for (const pair of map.items) {
      const keyAt = this.#placeOf(pair.key);
      const key = keyText(pair.key);
      const before = key === null ? undefined : entries.get(key);
      if (key === null) {
        this.#report(path, keyAt, "must have text as a key");
      } else if (key === "<<") {
        this.#report(
          [...path, key],
          keyAt,
          "merge keys are not supported, must be written out",
        );
      } else if (before !== undefined) {
        const message = `given twice, first in line ${before.keyAt.line}`;
        this.#report([...path, key], keyAt, message);
      } else {
        const node = pair.value === null
          ? emptyAt(keyAt)
          : this.#read(pair.value, [...path, key]);
        entries.set(key, { keyAt, node });
      }
    }
    return { kind: "map", at, entries };
  }

  #scalar(scalar: Scalar, path: Path, at: Place): ScalarNode {
    const role = this.#options.role(path);
    const value = READ[role](scalar);
    if (typeof value !== "string") {
      return { kind: "scalar", at, value, template: null };
    }
    // Before variables are put in: what one holds is never a field.
    const masked = this.#options.holdsFields?.(path)
      ? maskFields(value, FIELD_MASK)
      : value;
    if (masked === value && !isTemplate(value)) {
      return { kind: "scalar", at, value, template: null };
    }
    const { text, complaints } = substitute(masked, this.#options.environment);
    for (const complaint of complaints) this.#report(path, at, complaint);
    return {
      kind: "scalar",
      at,
      value: role === "value" && isVariable(value) ? readAgain(text) : text,
      template: value,
    };
  }

  #report(path: Path, at: Place, message: string): void {
    const text = pathText(path);
    this.problems.push({ ...at, path: text, severity: "error", message });
  }

  #placeOf(node: unknown): Place {
    const range = (node as Node | null)?.range;
    return this.#place(range?.[0] ?? 0);
  }

  #place(offset: number): Place {
    const { file, inFile } = this.#options;
    if (!inFile) return { file, line: 0, col: 0 };
    const { line, col } = this.#lines.linePos(offset);
    return { file, line: Math.max(line, 1), col: Math.max(col, 1) };
  }
}

function emptyAt(at: Place): ScalarNode {
  return { kind: "scalar", at, value: null, template: null };
}
