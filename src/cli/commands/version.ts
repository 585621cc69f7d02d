import manifest from "../../../deno.json" with { type: "json" };
import { EXIT } from "../../base/mod.ts";
import type { System } from "../system.ts";

/** `kar version`: kar's own version, and what it runs on. */
export function version(
  { stdout, runtime }: System,
  flags: { readonly json?: true | undefined },
): number {
  const { deno, v8, os, arch } = runtime;
  const facts = { version: manifest.version, deno, v8, os, arch };
  stdout.write(
    flags.json === true
      ? `${JSON.stringify(facts)}\n`
      : `kar ${facts.version} (deno ${deno}, v8 ${v8}, ${os} ${arch})\n`,
  );
  return EXIT.done;
}
