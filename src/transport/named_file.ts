import { messageOf } from "../base/mod.ts";

/** A file or folder: its name in the config, and its path with the values of its variables. */
export interface NamedPath {
  /** Shown in messages; it may hold `${NAME}`. */
  readonly shown: string;
  readonly path: string;
}

/** The result of reading a file. */
export type FileRead =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  /** A sentence that names the file. */
  | { readonly kind: "refused"; readonly why: string };

/** Reads a file, and never takes in more than a bound. */
export async function readNamedFile(
  { shown, path }: NamedPath,
  bytesMax: number,
): Promise<FileRead> {
  try {
    const { isDirectory } = await Deno.stat(path);
    if (isDirectory) return refused(`${shown} is a folder, must be a file`);
    using file = await Deno.open(path);
    const bytes = await readUpTo(file, bytesMax + 1);
    return bytes.length > bytesMax
      ? refused(`${shown} is larger than ${sizeText(bytesMax)}`)
      : { kind: "bytes", bytes };
  } catch (error) {
    return refused(reason(shown, error));
  }
}

/** Whether a path is a folder. */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch {
    return false;
  }
}

/** Whether a path is a file. */
export async function isFile(path: string): Promise<boolean> {
  try {
    return !(await Deno.stat(path)).isDirectory;
  } catch {
    return false;
  }
}

/** `16 MiB`. */
export function sizeText(bytes: number): string {
  const mebibyte = 2 ** 20;
  return bytes >= mebibyte
    ? `${bytes / mebibyte} MiB`
    : `${Math.round(bytes / 1024)} KiB`;
}

async function readUpTo(
  file: Deno.FsFile,
  bytesMax: number,
): Promise<Uint8Array> {
  let room = new Uint8Array(Math.min(bytesMax, 65_536));
  let length = 0;
  while (length < bytesMax) {
    if (length === room.length) {
      const larger = new Uint8Array(Math.min(bytesMax, 2 * length));
      larger.set(room);
      room = larger;
    }
    const count = await file.read(room.subarray(length)) ?? 0;
    if (count === 0) break;
    length += count;
  }
  return room.subarray(0, length);
}

function refused(why: string): FileRead {
  return { kind: "refused", why };
}

function reason(shown: string, error: unknown): string {
  if (error instanceof Deno.errors.NotFound) {
    return `the file ${shown} does not exist`;
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return `no permission to read ${shown}`;
  }
  return `${shown} cannot be read: ${messageOf(error)}`;
}
