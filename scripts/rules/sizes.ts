import { type Finding, lineAt } from "./finding.ts";
import type { Masked } from "./mask.ts";

/** Lines of a file; a longer one is two things in one. */
export const FILE_LINES_MAX = 300;
/** Lines of a function, from its name to its closing brace. */
export const FUNCTION_LINES_MAX = 70;

/** Files and functions stay short. */
export function checkSizes(path: string, masked: Masked): Finding[] {
  const findings: Finding[] = [];
  const lines = masked.source.trimEnd().split("\n").length;
  if (lines > FILE_LINES_MAX) {
    const text = `${lines} lines; at most ${FILE_LINES_MAX}`;
    findings.push({ file: path, line: 1, rule: "file-size", text });
  }
  for (const { name, start, end } of functionsOf(masked.code)) {
    const line = lineAt(masked.code, start);
    const length = lineAt(masked.code, end) - line + 1;
    if (length > FUNCTION_LINES_MAX) {
      const text = `${name} has ${length} lines; at most ${FUNCTION_LINES_MAX}`;
      findings.push({ file: path, line, rule: "function-size", text });
    }
  }
  return findings;
}

/** A function's place in its file. */
interface FunctionSpan {
  readonly name: string;
  readonly start: number;
  readonly end: number;
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
    };
  }
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
