import { dirname } from "node:path/posix";
import { type Finding, lineAt } from "./finding.ts";
import type { Masked } from "./mask.ts";

/** Lines of a file; a longer one is two things in one. */
const FILE_LINES_MAX = 300;
/** Lines of a function, from its name to its closing brace. */
const FUNCTION_LINES_MAX = 70;

/** Parameters of a function; what else it needs comes as one options object. */
const PARAMETERS_MAX = 3;
/** Where more say it better, and why. */
const MORE_PARAMETERS: Readonly<Record<string, string>> = {
  "src/echo/http2/": "a frame is its four fields, in the order of RFC 9113",
  "src/transport/http1/response/":
    "a parser hands on a range of bytes, without making an object of it",
  "tests/": "a table of cases reads best in one line each",
};
/** Files of a folder, not counting those of folders in it. */
const FOLDER_FILES_MAX = 12;
/** Folders that hold more: lists of things of one kind, or known to be too full. They do not grow. */
const FULLER_FOLDERS: Readonly<Record<string, number>> = {
  "src/cli": 16,
  "src/cli/commands": 26,
  "src/run": 24,
  "src/daemon": 16,
  "src/pattern/components": 16,
  "src/report": 18,
  "src/screen/wizard": 16,
  "src/stats": 17,
  "src/transport/http2": 20,
  "src/worker": 20,
};

/** Files and functions stay short, and so do lists of parameters. */
export function checkSizes(path: string, masked: Masked): Finding[] {
  const findings: Finding[] = [];
  const lines = masked.source.trimEnd().split("\n").length;
  if (lines > FILE_LINES_MAX) {
    const text = `${lines} lines; at most ${FILE_LINES_MAX}`;
    findings.push({ file: path, line: 1, rule: "file-size", text });
  }
  for (const { name, start, end, parameters } of functionsOf(masked.code)) {
    const line = lineAt(masked.code, start);
    if (parameters > PARAMETERS_MAX && !mayHaveMore(path)) {
      const text = `${name} has ${parameters}; at most ${PARAMETERS_MAX}`;
      findings.push({ file: path, line, rule: "parameters", text });
    }
    const length = lineAt(masked.code, end) - line + 1;
    if (length > FUNCTION_LINES_MAX) {
      const text = `${name} has ${length} lines; at most ${FUNCTION_LINES_MAX}`;
      findings.push({ file: path, line, rule: "function-size", text });
    }
  }
  return findings;
}

function mayHaveMore(path: string): boolean {
  return Object.keys(MORE_PARAMETERS).some((start) => path.startsWith(start));
}

/** Folders of the program hold few enough files to be read at a glance. */
export function checkFolderSizes(paths: Iterable<string>): Finding[] {
  const counts = new Map<string, number>();
  for (const path of paths) {
    if (!path.startsWith("src/")) continue;
    const folder = dirname(path);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts].flatMap(([folder, count]) => {
    const most = FULLER_FOLDERS[folder] ?? FOLDER_FILES_MAX;
    if (count <= most) return [];
    const text = `${count} files; at most ${most}`;
    return [{ file: `${folder}/mod.ts`, line: 1, rule: "folder-size", text }];
  });
}

/** A function's place in its file. */
interface FunctionSpan {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly parameters: number;
}

/** What looks like a call but is followed by a block of its own. */
const CONTROL = ["if", "for", "await", "while", "switch", "catch", "with"];

/**
 * Every function with a body, by counting brackets: parameters in parentheses,
 * perhaps a return type or an arrow, then a brace.
 */
function* functionsOf(code: string): Generator<FunctionSpan> {
  for (const open of code.matchAll(/([\w$#]*)\s*(?:<[^()<>]*>)?\(/g)) {
    const name = open[1]!;
    if (CONTROL.includes(name)) continue;
    const parameters = open.index + open[0].length - 1;
    const body = bodyAfter(code, matching(code, parameters) + 1);
    if (body === undefined) continue;
    yield {
      name: name === "" || name === "async" ? "function" : `${name}()`,
      start: open.index,
      end: matching(code, body),
      parameters: parametersIn(
        code.slice(parameters + 1, matching(code, parameters)),
      ),
    };
  }
}

/** How many parameters stand in a list: its commas outside of any bracket, but for a trailing one. */
function parametersIn(list: string): number {
  let depth = 0;
  let commas = 0;
  for (const char of list.trimEnd().replace(/,$/, "").replaceAll("=>", "")) {
    if ("([{<".includes(char)) depth++;
    else if (")]}>".includes(char)) depth--;
    else if (char === "," && depth === 0) commas++;
  }
  return list.trim() === "" ? 0 : commas + 1;
}

/** Where the body's brace opens after a closing parenthesis; undefined for a mere call. */
function bodyAfter(code: string, from: number): number | undefined {
  const before = /^\s*(?:=>\s*)?(?=\{)/.exec(code.slice(from, from + 200));
  if (before !== null) return from + before[0].length;
  if (!/^\s*:/.test(code.slice(from, from + 100))) return undefined;
  return bodyAfterType(code, code.indexOf(":", from) + 1);
}

/** After one of these a brace opens a type, not the body. */
const BEFORE_TYPE = /(?:[|&<,:?]|\b(?:is|asserts|keyof|readonly|extends))$/;

/** A return type ends at the arrow, or where a brace opens that no type asks for. */
function bodyAfterType(code: string, from: number): number | undefined {
  for (let i = from; i < code.length; i++) {
    const char = code[i]!;
    const before = code.slice(Math.max(0, i - 20), i).trimEnd();
    if (char === "{" && !BEFORE_TYPE.test(before)) return i;
    if (";)}]".includes(char)) return undefined;
    if ("{([".includes(char)) i = matching(code, i);
    else if (char === "=" && code[i + 1] !== ">") return undefined;
  }
  return undefined;
}

/** The bracket that closes the one at `open`; the end of the text when none does. */
function matching(code: string, open: number): number {
  let depth = 0;
  for (let i = open; i < code.length; i++) {
    if ("([{".includes(code[i]!)) depth++;
    else if (")]}".includes(code[i]!) && --depth === 0) return i;
  }
  return code.length;
}
