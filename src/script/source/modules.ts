import type { ScriptImport } from "./imports.ts";
import type { ScriptModule } from "../types.ts";

/** A file of a script, without types, and where its imports lead. */
export interface ScriptFile {
  /** As it is shown. */
  readonly file: string;
  readonly code: string;
  readonly imports: readonly (ScriptImport & { readonly path: string })[];
}

/** Characters at the end of an address that tell modules apart. */
const TAIL_CHARS = 16;
/** So many bytes are the tail in base64. */
const NUMBER_DIGITS = 12;
const SCHEME = "data:application/javascript;base64,";

/**
 * A script as one address that has all of its files inside: what was read is
 * what runs, in every thread and after any change of the files.
 *
 * @param files by their paths, without circles
 */
export function modulesOf(
  main: string,
  files: ReadonlyMap<string, ScriptFile>,
): { readonly main: string; readonly modules: readonly ScriptModule[] } {
  const modules: ScriptModule[] = [];
  const made = new Map<string, string>();
  const addressOf = (path: string): string => {
    const known = made.get(path);
    if (known !== undefined) return known;
    const { file, code, imports } = files.get(path)!;
    let text = "";
    let at = 0;
    for (const { start, end, path } of imports) {
      text += code.slice(at, start) + addressOf(path);
      at = end;
    }
    const address = encode(text + code.slice(at), modules.length);
    modules.push({ file, tail: address.slice(-TAIL_CHARS) });
    made.set(path, address);
    return address;
  };
  return { main: addressOf(main), modules };
}

/** Its last bytes say which module it is: stack traces shorten the address, and keep its end. */
function encode(text: string, number: number): string {
  const bytes = new TextEncoder().encode(`${text}\n//`);
  const padding = (3 - (bytes.length % 3)) % 3;
  const end = " ".repeat(padding) + `${number}`.padStart(NUMBER_DIGITS, "0");
  const all = new Uint8Array([...bytes, ...new TextEncoder().encode(end)]);
  return SCHEME + all.toBase64();
}
