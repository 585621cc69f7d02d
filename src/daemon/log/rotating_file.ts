import { KarError, messageOf } from "../../base/mod.ts";

const NEWLINE = 0x0a;

/** How large a log grows before it moves on, and how many older parts stay. */
export interface Rotation {
  readonly bytesMax: number;
  /** Parts beside the current one: `.1` is the youngest. */
  readonly parts: number;
}

/**
 * A file that text is added to, which moves aside when it is full. Everything
 * fails by throwing and can be tried again; what was written only in part is
 * taken back, and what a process that was killed left of a line stands alone.
 */
export class RotatingFile {
  readonly path: string;
  readonly #rotation: Rotation;
  #file: Deno.FsFile | null = null;
  #size = 0;
  /** Whether the file's last line lacks its newline. */
  #isMidLine = false;

  constructor(path: string, rotation: Rotation) {
    this.path = path;
    this.#rotation = rotation;
  }

  /**
   * Opens the file, so that an error shows before there is anything to write.
   *
   * @throws {KarError} that names what is wrong
   */
  async open(): Promise<void> {
    if (this.#file !== null) return;
    await refuseUnlessFile(this.path);
    try {
      const file = await Deno.open(this.path, {
        read: true,
        append: true,
        create: true,
        mode: 0o600,
      });
      this.#file = file;
      this.#size = await file.seek(0, Deno.SeekMode.End);
      this.#isMidLine = this.#size > 0 && await lastByte(file) !== NEWLINE;
    } catch (error) {
      this.close();
      throw cannotWrite(this.path, messageOf(error), error);
    }
  }

  /** Adds whole lines. */
  async write(text: string): Promise<void> {
    await this.open();
    const bytes = new TextEncoder().encode(text);
    const isFull = this.#size + bytes.length > this.#rotation.bytesMax;
    if (isFull && this.#size > 0) await this.#rotate();
    const before = this.#size;
    try {
      if (this.#isMidLine) await this.#append(new Uint8Array([NEWLINE]));
      await this.#append(bytes);
      this.#isMidLine = false;
    } catch (error) {
      await this.#file?.truncate(before).catch(() => {});
      // The next try finds out again how long the file is.
      this.close();
      throw cannotWrite(this.path, messageOf(error), error);
    }
  }

  /** Lets go of the file; the next write opens it again, or another in its place. */
  close(): void {
    this.#file?.close();
    this.#file = null;
  }

  async #append(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      const written = await this.#file!.write(rest);
      this.#size += written;
      rest = rest.subarray(written);
    }
  }

  async #rotate(): Promise<void> {
    this.close();
    try {
      for (let part = this.#rotation.parts - 1; part >= 0; part--) {
        await renameIfThere(
          partOf(this.path, part),
          partOf(this.path, part + 1),
        );
      }
    } catch (error) {
      throw cannotWrite(this.path, `it is full, and ${messageOf(error)}`);
    }
    await this.open();
  }
}

/** The path of a part of a log; 0 is the current one. */
export function partOf(path: string, part: number): string {
  return part === 0 ? path : `${path}.${part}`;
}

async function lastByte(file: Deno.FsFile): Promise<number | undefined> {
  await file.seek(-1, Deno.SeekMode.End);
  const byte = new Uint8Array(1);
  await file.read(byte);
  return byte[0];
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await Deno.rename(from, to);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** A link or a device in the place of a log would send its lines elsewhere. */
async function refuseUnlessFile(path: string): Promise<void> {
  try {
    if ((await Deno.lstat(path)).isFile) return;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw cannotWrite(path, messageOf(error));
  }
  throw cannotWrite(path, "it is not a regular file; remove it");
}

function cannotWrite(path: string, why: string, cause?: unknown): KarError {
  const message = `Cannot write the log ${path}: ${why}`;
  return new KarError("cannotStart", message, { cause });
}
