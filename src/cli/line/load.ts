import { KarError, printable } from "../../base/mod.ts";
import { configOf, type ParsedConfig } from "../../config/mod.ts";
import { documentOf, type Draft, withoutSecrets } from "../../draft/mod.ts";
import { parseText } from "../load_plan.ts";
import type { System } from "../system.ts";
import type { Setting } from "../values.ts";

/** What stands where a file's name would. */
export const LINE_FILE = "the command line";

/** A draft that can be sent. */
export interface LoadedLine {
  /** The config as text, without secrets. */
  readonly text: string;
  /** Names of the variables that its secrets have. */
  readonly secrets: readonly string[];
  /** A system whose only config file is that text, and which knows the secrets. */
  readonly system: System;
}

/** Which flag decides a key, so that an error names what was written. */
const FLAG_OF_KEY: readonly (readonly [key: RegExp, flag: string])[] = [
  [/^targets\.0\.url/, "URL"],
  [/^targets\.0\.method/, "-X"],
  [/^targets\.0\.headers/, "-H"],
  [/^targets\.0\.(?:body|grpc\.message)/, "-b"],
  [/^targets\.0\.grpc/, "--grpc"],
  [/^controller\.base_tps/, "-r"],
  [/^controller\.max_tps/, "--max"],
  [/^controller\.schedule/, "--schedule"],
  [/^pattern\.poisson/, "--spikes"],
];

/**
 * Makes a config of a draft, and finds what is wrong with it.
 *
 * @throws {KarError} `usage` with one line for each problem
 */
export function loadLine(
  system: System,
  draft: Draft,
  set: readonly Setting[] = [],
): LoadedLine {
  const hidden = withoutSecrets(draft);
  const text = documentOf(hidden.draft, hidden.secrets);
  const values = new Map(
    hidden.secrets.map(({ name, value }) => [name, value]),
  );
  const own: System = {
    ...system,
    env: (name) => values.get(name) ?? system.env(name),
    readConfigFile: () => Promise.resolve(text),
  };
  check(parseText(own, { text, file: LINE_FILE, overrides: set }));
  return { text, secrets: [...values.keys()], system: own };
}

function check(parsed: ParsedConfig): void {
  if (parsed.config !== null) return void configOf(parsed);
  const lines = new Map<string, string>();
  for (const { file, path, message } of parsed.problems) {
    const flag = FLAG_OF_KEY.find(([key]) => key.test(path))?.[1];
    const place = file === LINE_FILE ? flag ?? path : `${file} ${path}`;
    // The highest rate follows from the rate: what is wrong with both is told once.
    if (!lines.has(message)) {
      lines.set(message, printable(`${place}: ${message}`));
    }
  }
  throw new KarError("usage", [...lines.values()].join("\n"));
}
