import { type Finding, lineAt } from "./finding.ts";
import type { Masked } from "./mask.ts";

/** A way to a terminal, and who may go it. */
interface Way {
  readonly regexp: RegExp;
  /** Whether it stands in code, or inside a string. */
  readonly where: "code" | "string";
  readonly mayUse: readonly string[];
  readonly instead: string;
}

const STREAMS = ["src/cli/output.ts", "src/cli/real_system.ts"];
/** The process of a script, whose output is a pipe to kar. */
const PIPES = ["src/script/host/serve.ts"];
const SCREEN = ["src/screen/takeover.ts", "src/screen/terminal.ts"];
const READS_KEYS = ["src/screen/keys.ts", "src/screen/wizard/paste.ts"];
const DOOR = "src/base/painted.ts";
const BY_SYSTEM = "write by System, which shows what a terminal would obey";

/**
 * All ways from text to a terminal. Those that are left take `Painted` and
 * nothing else, which the types check, and `Painted` is made in one file.
 */
const WAYS: readonly Way[] = [
  {
    // Taken apart or by a computed name, too.
    regexp:
      /(?<![.\w$#])(?:Deno|process)\s*(?:\?\.|\.)\s*std(?:out|err)\b|(?<![.\w$#])Deno\s*\[|=\s*(?:Deno|process)\s*(?:[;,)]|$)/gm,
    where: "code",
    mayUse: [...STREAMS, ...PIPES],
    instead: BY_SYSTEM,
  },
  {
    regexp: /(?<![.\w$#])(?:console|globalThis\s*\.\s*console)\s*[.[]/g,
    where: "code",
    mayUse: [],
    instead: "hand the text to the caller",
  },
  {
    regexp: /(?<![.\w$#])(?:alert|confirm|prompt)\s*\(/g,
    where: "code",
    mayUse: [],
    instead: BY_SYSTEM,
  },
  {
    regexp: /["'`](?:node:)?(?:tty|readline|console|repl)(?:\/promises)?["'`]/g,
    where: "string",
    mayUse: [],
    instead: BY_SYSTEM,
  },
  {
    // Opened only to see whether there is one; known as names of standard output.
    regexp: /\/dev\/(?:tty|stdout|stderr|fd\b)|\/proc\/self\/fd\b/g,
    where: "string",
    mayUse: ["src/cli/real_system.ts", "src/cli/follow/outputs.ts"],
    instead: BY_SYSTEM,
  },
  {
    regexp: /["'`]inherit["'`]/g,
    where: "string",
    mayUse: [],
    instead: "let no other program write to kar's terminal",
  },
  {
    regexp: /\.\s*writeSync\s*\(/g,
    where: "code",
    mayUse: ["src/cli/output.ts", ...SCREEN, ...PIPES],
    instead: BY_SYSTEM,
  },
  {
    regexp: /\bTerminalOutput\b/g,
    where: "code",
    mayUse: [
      ...SCREEN,
      "src/screen/mod.ts",
      "src/screen/wizard/terminal_asker.ts",
      "src/cli/system.ts",
    ],
    instead: "draw by Screen or Takeover, which take Painted only",
  },
  {
    regexp: /\bas\s+(?:readonly\s+)?Painted\b|<\s*Painted(?:\[\])?\s*>/g,
    where: "code",
    mayUse: [DOOR],
    instead: "make it by plain(), csi() and joined()",
  },
  {
    // As an escape, or as the character itself.
    regexp:
      /\\(?:x1b|u001b|u\{0*1b\}|x9[0-9a-d]|u009[0-9a-d])|(?![\n\r\t])\p{Cc}/giu,
    where: "string",
    mayUse: [DOOR, ...READS_KEYS],
    instead: "make escape sequences by csi()",
  },
];

/** Text comes to a terminal by one door. */
export function checkTerminal(path: string, masked: Masked): Finding[] {
  if (path !== "main.ts" && !path.startsWith("src/")) return [];
  return WAYS.filter(({ mayUse }) => !mayUse.includes(path))
    .flatMap(({ regexp, where, instead }) =>
      matches(masked, regexp, where).map((match) => ({
        file: path,
        line: lineAt(masked.source, match.index),
        rule: "terminal",
        text: `${JSON.stringify(match[0].trim())}: ${instead}`,
      }))
    );
}

function matches(
  { code, comments, source }: Masked,
  regexp: RegExp,
  where: Way["where"],
): RegExpExecArray[] {
  if (where === "code") return [...code.matchAll(regexp)];
  return [...source.matchAll(regexp)].filter(({ index }) =>
    comments[index] === " "
  );
}
