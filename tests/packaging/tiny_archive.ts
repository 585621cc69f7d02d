import assert from "node:assert/strict";
import { writeArchive } from "../../scripts/packaging/archive.ts";

/** How a start of the tiny archive ended. */
export interface Started {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A self-extracting file with a shell script in the place of Deno. */
export interface TinyArchive extends AsyncDisposable {
  /** A folder for whatever the test needs, deleted with the rest. */
  readonly folder: string;
  /** The self-extracting file. */
  readonly path: string;
  /** The command for a start with these variables and no others but `PATH`. */
  command(
    env: Readonly<Record<string, string>>,
    options?: Deno.CommandOptions,
  ): Deno.Command;
  /** Starts it, to its end. */
  start(
    env: Readonly<Record<string, string>>,
    options?: Deno.CommandOptions,
  ): Promise<Started>;
}

const FILES: Readonly<Record<string, string>> = {
  "main.js": "// main",
  "src/worker/entry.js": "// worker",
};

/** Makes one; `program` is what its `deno` does, a script for `sh`. */
export async function makeTinyArchive(program: string): Promise<TinyArchive> {
  const folder = await Deno.realPath(
    await Deno.makeTempDir({ prefix: "kar-launcher-" }),
  );
  const path = `${folder}/kar`;
  await pack(folder, `${path}.packed`, program);
  await copy(`${path}.packed`, path);
  await Deno.remove(`${path}.packed`);
  const command: TinyArchive["command"] = (env, options = {}) =>
    new Deno.Command(path, {
      ...options,
      clearEnv: true,
      env: { PATH: "/usr/local/bin:/usr/bin:/bin", ...env },
    });
  return {
    folder,
    path,
    command,
    async start(env, options) {
      const { code, stdout, stderr } = await command(env, options).output();
      const text = new TextDecoder();
      return { code, out: text.decode(stdout), err: text.decode(stderr) };
    },
    async [Symbol.asyncDispose]() {
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/**
 * Copies in a process of its own: a file that this one has had open for writing
 * is "busy" while a process that another test starts just now still has it too.
 */
async function copy(from: string, to: string): Promise<void> {
  const { success } = await new Deno.Command("cp", {
    args: ["-p", from, to],
  }).output();
  assert(success, `cp ${from} ${to}`);
}

async function pack(
  folder: string,
  path: string,
  program: string,
): Promise<void> {
  const stage = `${folder}/stage`;
  await Deno.mkdir(`${stage}/src/worker`, { recursive: true });
  for (const [file, text] of Object.entries(FILES)) {
    await Deno.writeTextFile(`${stage}/${file}`, text);
  }
  // The six words before those of the user are the launcher's own.
  const script = `#!/bin/sh\nshift 6\n${program}\n`;
  await Deno.writeTextFile(`${stage}/deno`, script, { mode: 0o755 });
  await writeArchive({
    folder: stage,
    files: ["deno", ...Object.keys(FILES)],
    version: "1.2.3",
    path,
  });
}

/** Names in a folder, sorted. */
export function namesIn(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
}
