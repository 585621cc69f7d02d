import { createHash } from "node:crypto";
import { stripTypeScriptTypes } from "node:module";
import { dirname, relative, resolve } from "node:path";
import { messageOf } from "../../base/mod.ts";
import { importsOf } from "../source/imports.ts";
import { modulesOf, type ScriptFile } from "../source/modules.ts";
import type { ScriptSource } from "../types.ts";
import { wordsIn } from "../source/words.ts";

/** Files of one script, and bytes of all of them together. */
const FILES_MAX = 32;
const BYTES_MAX = 2 ** 20;
/** Depth of imports: each level makes the address a third longer. */
const DEPTH_MAX = 8;

/** What is wrong with a script, with its place. */
export interface ScriptFault {
  /** In words for a person; names file, line and column where they are known. */
  readonly message: string;
}

/** A script that was read, and is not evaluated yet. */
export interface ReadScript {
  readonly source: ScriptSource;
  /** SHA-256 of all its files. */
  readonly digest: string;
}

/** What reading comes to. */
export type ScriptRead =
  | { readonly kind: "script"; readonly script: ReadScript }
  | { readonly kind: "wrong"; readonly faults: readonly ScriptFault[] };

/**
 * Reads a script with everything that it imports, removes the types, and checks
 * its imports. Runs nothing.
 *
 * @param shown the file as the config names it
 * @param path the same as the system does
 */
export async function readScript(
  { journey, shown, path }: {
    readonly journey: string;
    readonly shown: string;
    readonly path: string;
  },
): Promise<ScriptRead> {
  const reader = new Reader(shown, resolve(path));
  await reader.read(resolve(path), []);
  const { faults, files, hash } = reader;
  if (faults.length > 0) return { kind: "wrong", faults };
  const { main, modules } = modulesOf(resolve(path), files);
  const words = wordsIn([...files.values()].map(({ code }) => code));
  return {
    kind: "script",
    script: {
      source: { journey, file: shown, main, modules, words },
      digest: hash,
    },
  };
}

class Reader {
  readonly faults: ScriptFault[] = [];
  readonly files = new Map<string, ScriptFile>();
  /** Digests of the files, in the order in which imports lead to them. */
  readonly #hashes: string[] = [];
  readonly #shown: string;
  readonly #root: string;
  #bytes = 0;

  constructor(shown: string, main: string) {
    this.#shown = shown;
    this.#root = dirname(main);
  }

  /** The content of the files decides, not their names: their imports have those. */
  get hash(): string {
    return createHash("sha256").update(this.#hashes.join("\n")).digest("hex");
  }

  /** @param above the files that have led here */
  async read(path: string, above: readonly string[]): Promise<void> {
    if (above.includes(path)) {
      const circle = [...above.slice(above.indexOf(path)), path];
      const names = circle.map((file) => this.#name(file)).join(" → ");
      return this.#fault(
        `${names}: files must not import one another in a circle`,
      );
    }
    if (this.files.has(path)) return;
    const name = this.#name(path);
    if (above.length >= DEPTH_MAX) {
      return this.#fault(`${name}: imports must be at most ${DEPTH_MAX} deep`);
    }
    if (this.files.size >= FILES_MAX) {
      return this.#fault(
        `${name}: a script must have at most ${FILES_MAX} files`,
      );
    }
    const source = await this.#text(path);
    const code = source === null ? null : this.#code(name, source);
    if (code === null) return;
    const { imports, findings } = importsOf(code);
    for (const { line, col, message } of findings) {
      this.#fault(`${name}:${line}:${col}: ${message}`);
    }
    if (findings.length > 0) return;
    const placed = imports.map((one) => ({
      ...one,
      path: resolve(dirname(path), one.specifier),
    }));
    this.files.set(path, { file: name, code, imports: placed });
    for (const one of placed) await this.read(one.path, [...above, path]);
  }

  /** As it is shown: the main file as the config has it, others as they lie to it. */
  #name(path: string): string {
    const folder = dirname(this.#shown);
    const within = relative(this.#root, path);
    return folder === "." ? within : `${folder}/${within}`;
  }

  async #text(path: string): Promise<string | null> {
    const name = this.#name(path);
    try {
      const { isDirectory, size } = await Deno.stat(path);
      if (isDirectory) throw new Error("is a folder, must be a file");
      this.#bytes += size;
      if (this.#bytes > BYTES_MAX) {
        throw new Error("a script must have at most 1 MiB, all files together");
      }
      const bytes = await Deno.readFile(path);
      const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      this.#hashes.push(createHash("sha256").update(bytes).digest("hex"));
      return text;
    } catch (error) {
      const why = error instanceof Deno.errors.NotFound
        ? "the file does not exist"
        : error instanceof TypeError
        ? "is not text in UTF-8"
        : messageOf(error);
      this.#fault(`${name}: ${why}`);
      return null;
    }
  }

  /** The same text with blanks in place of types, so that lines and columns stay. */
  #code(name: string, source: string): string | null {
    if (!/\.m?ts$/.test(name)) return source;
    try {
      return stripTypeScriptTypes(source);
    } catch (error) {
      this.#fault(`${name}${syntaxText(source, messageOf(error))}`);
      return null;
    }
  }

  #fault(message: string): void {
    this.faults.push({ message });
  }
}

/** Reports where and why: the error of stripping says little. */
function syntaxText(source: string, said: string): string {
  const place = (text: string) => /:([0-9]+):([0-9]+)\s*$/.exec(text);
  const only = /^(TypeScript .*?) is not supported in strip-only mode/.exec(
    said,
  );
  if (only !== null) {
    const [, line, col] = place(said) ?? [];
    return `:${line}:${col}: ${
      only[1]
    } cannot be used here: write it in JavaScript`;
  }
  try {
    // The types of Deno 2.9.6 know one mode only; the other says where it was.
    const options = { mode: "transform" } as unknown as { mode: "strip" };
    stripTypeScriptTypes(source, options);
  } catch (error) {
    const message = messageOf(error);
    const [, line, col] = place(message) ?? [];
    const [first] = message.replace(/^SyntaxError: /, "").split("\n");
    if (line !== undefined) return `:${line}:${col}: ${first}`;
  }
  return ": is not TypeScript";
}
