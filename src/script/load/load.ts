import { checkTypes, type TypesChecked } from "./deno_check.ts";
import { probeScript } from "./probe.ts";
import { type ReadScript, readScript, type ScriptFault } from "./read.ts";

/** JavaScript has no types. */
const UNTYPED: TypesChecked = { kind: "right" };

/** A script of a config. */
export interface WantedScript {
  readonly journey: string;
  /** The file as the config names it. */
  readonly shown: string;
  /** The same as the system does. */
  readonly path: string;
}

/** A script that can be run. */
export interface LoadedScript extends ReadScript {
  readonly steps: readonly string[];
  /** What could not be checked; absent = everything was. */
  readonly note?: string;
}

/** What loading comes to. */
export type ScriptLoad =
  | { readonly kind: "loaded"; readonly script: LoadedScript }
  | { readonly kind: "wrong"; readonly faults: readonly ScriptFault[] };

/**
 * Reads a script and finds everything that is wrong with it before anything is
 * sent: its imports, its syntax, its types, and its exports.
 */
export async function loadScript(wanted: WantedScript): Promise<ScriptLoad> {
  const read = await readScript(wanted);
  if (read.kind === "wrong") return read;
  const [types, probed] = await Promise.all([
    /\.m?ts$/.test(wanted.path) ? checkTypes(wanted) : UNTYPED,
    probeScript(read.script.source),
  ]);
  const found = types.kind === "wrong" ? types.messages : [];
  const faults = [
    ...found,
    // The check of types reports a missing export, too, and better.
    ...(probed.kind === "wrong" &&
        (found.length === 0 || !probed.message.includes(": SyntaxError: "))
      ? [probed.message]
      : []),
  ].map((message) => ({ message }));
  if (faults.length > 0 || probed.kind === "wrong") {
    return { kind: "wrong", faults };
  }
  return {
    kind: "loaded",
    script: {
      ...read.script,
      steps: probed.steps,
      ...(types.kind === "unchecked" && { note: types.why }),
    },
  };
}
