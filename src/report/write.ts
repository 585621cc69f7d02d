import { basename, dirname, join, resolve } from "node:path";
import { KarError, messageOf } from "../base/mod.ts";

/**
 * Replaces a file as a whole: a reader sees the old text or the new, never a
 * part. The mode of an existing file stays, and a link stays a link. What is
 * no regular file (a pipe, a terminal) is written to as it is.
 *
 * @throws {KarError} `cannotStart` when the file cannot be written; the old one is untouched
 */
export async function writeReport(path: string, text: string): Promise<void> {
  try {
    const old = await statOf(path);
    if (old?.isDirectory) {
      throw cannotWrite(path, "it is a folder: name a file in it");
    }
    if (old !== null && !old.isFile) await Deno.writeTextFile(path, text);
    else await replace(await fileOf(path), text, old?.mode);
  } catch (error) {
    throw error instanceof KarError
      ? error
      : cannotWrite(path, writeFailure(error));
  }
}

/**
 * Makes sure that a report can be written, before anything is sent.
 *
 * @throws {KarError} as `writeReport` would
 */
export async function checkReport(path: string): Promise<void> {
  try {
    const old = await statOf(path);
    if (old?.isDirectory) {
      throw cannotWrite(path, "it is a folder: name a file in it");
    }
    if (old !== null && !old.isFile) return;
    const temporary = temporaryBeside(await fileOf(path));
    (await Deno.open(temporary, { write: true, createNew: true })).close();
    await Deno.remove(temporary);
  } catch (error) {
    throw error instanceof KarError
      ? error
      : cannotWrite(path, writeFailure(error));
  }
}

function temporaryBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${crypto.randomUUID()}.tmp`);
}

async function replace(
  path: string,
  text: string,
  mode: number | null | undefined,
): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    using file = await Deno.open(temporary, { write: true, createNew: true });
    // Before the text is in it: a private report must not be open for a moment.
    if (typeof mode === "number") await Deno.chmod(temporary, mode & 0o7777);
    await writeAll(file, new TextEncoder().encode(text));
    // Without this a crash just after the rename could leave an empty file.
    await file.syncData();
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += await file.write(bytes.subarray(written));
  }
}

/** Where a path leads; a link may lead to a file that is still to be made. */
async function fileOf(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    const target = await Deno.readLink(path).catch(() => null);
    return target === null ? path : resolve(dirname(path), target);
  }
}

async function statOf(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Why a file could not be written, in words. */
export function writeFailure(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) {
    return "its folder does not exist: create it, or choose another path";
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return "no permission to write in its folder";
  }
  return messageOf(error);
}

function cannotWrite(path: string, why: string): KarError {
  return new KarError(
    "cannotStart",
    `Cannot write the report to ${path}: ${why}`,
  );
}
