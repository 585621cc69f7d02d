import { dirname, isAbsolute, join } from "node:path";
import protobuf from "protobufjs";
import descriptorTypes from "protobufjs/google/protobuf/descriptor.json" with {
  type: "json",
};
import type { ConfigFault } from "../../faults.ts";
import {
  isFile,
  isFolder,
  type NamedPath,
  readNamedFile,
  sizeText,
} from "../../named_file.ts";
import { countStatements, DescribedBudget } from "../types/mod.ts";
import { inOurWords } from "./words.ts";

/** More files than any method needs; a loop of symbolic links could give endlessly many. */
const PROTO_FILES_MAX = 1_000;
/**
 * Bytes of all `.proto` files of a target together; Google's own for all of its
 * cloud are less than half of it.
 */
const PROTO_BYTES_MAX = 8 * 2 ** 20;

/** Upper bound of reported problems. */
const FAULTS_MAX = 20;

/** A file to be read. */
interface Wanted {
  /** null = it has to be looked up. */
  readonly file: NamedPath | null;
  readonly name: string;
  /** The folder of the file that imports it. */
  readonly from: NamedPath;
  /** Which of the config's files led to it. */
  readonly index: number;
}

/** Types, or everything that keeps them from being read, with paths from the target. */
export type TypesRead =
  | { readonly kind: "root"; readonly root: protobuf.Root }
  | { readonly kind: "faults"; readonly faults: readonly ConfigFault[] };

// For custom options, which extend the types in it.
protobuf.common("google/protobuf/descriptor.proto", descriptorTypes);

/**
 * Parses `.proto` files and what they import. Imports are looked up in
 * `folders`, then beside the importing file; Google's own types need no file.
 */
export async function rootFromProtoFiles(
  files: readonly NamedPath[],
  folders: readonly NamedPath[],
): Promise<TypesRead> {
  return await new ProtoReader(folders).read(files);
}

class ProtoReader {
  readonly #folders: readonly NamedPath[];
  readonly #root = new protobuf.Root();
  readonly #known = new Set<string>();
  readonly #faults: ConfigFault[] = [];
  readonly #budget = new DescribedBudget();
  #bytesLeft = PROTO_BYTES_MAX;

  constructor(folders: readonly NamedPath[]) {
    this.#folders = folders;
  }

  async read(files: readonly NamedPath[]): Promise<TypesRead> {
    await this.#checkFolders();
    const wanted: Wanted[] = files.map((file, index) => {
      const from = { shown: dirname(file.shown), path: dirname(file.path) };
      return { file, name: file.shown, from, index };
    });
    for (let next = wanted.pop(); next; next = wanted.pop()) {
      for (const imported of await this.#take(next)) wanted.push(imported);
      if (this.#known.size + wanted.length > PROTO_FILES_MAX) {
        this.#fault(next, `over ${PROTO_FILES_MAX} files are imported`);
        break;
      }
    }
    if (this.#faults.length === 0) this.#resolve();
    return this.#faults.length === 0
      ? { kind: "root", root: this.#root }
      : { kind: "faults", faults: this.#faults.toReversed() };
  }

  async #checkFolders(): Promise<void> {
    for (const [i, { shown, path }] of this.#folders.entries()) {
      if (await isFolder(path)) continue;
      const message = `the folder ${shown} does not exist`;
      this.#faults.push({ path: ["grpc", "proto_path", i], message });
    }
  }

  /** @returns what the file imports */
  async #take(wanted: Wanted): Promise<Wanted[]> {
    const bundled = protobuf.common.get(wanted.name);
    if (wanted.file === null && bundled) {
      if (this.#isNew(wanted.name)) this.#root.addJSON(bundled.nested ?? {});
      return [];
    }
    const file = wanted.file ?? await this.#find(wanted);
    return file !== null && this.#isNew(file.path)
      ? await this.#parse(file, wanted)
      : [];
  }

  #isNew(path: string): boolean {
    const isNew = !this.#known.has(path);
    this.#known.add(path);
    return isNew;
  }

  async #parse(file: NamedPath, wanted: Wanted): Promise<Wanted[]> {
    const read = await readNamedFile(file, this.#bytesLeft);
    if (read.kind === "refused") {
      const isFull = this.#bytesLeft < PROTO_BYTES_MAX;
      const all = isFull ? `; ${sizeText(PROTO_BYTES_MAX)} in all` : "";
      this.#fault(wanted, read.why + all);
      return [];
    }
    this.#bytesLeft -= read.bytes.length;
    try {
      const text = new TextDecoder().decode(read.bytes);
      this.#budget.spend(countStatements(text));
      const { imports, weakImports } = protobuf.parse(text, this.#root);
      const from = { shown: dirname(file.shown), path: dirname(file.path) };
      const names = new Set([...imports ?? [], ...weakImports ?? []]);
      return Array.from(names, (name) => ({
        file: null,
        name,
        from,
        index: wanted.index,
      }));
    } catch (error) {
      this.#fault(wanted, inOurWords(error, file.shown));
      return [];
    }
  }

  async #find(wanted: Wanted): Promise<NamedPath | null> {
    const { name, from } = wanted;
    const folders = isAbsolute(name)
      ? [{ shown: "", path: "" }]
      : [...this.#folders, from];
    for (const folder of folders) {
      const path = join(folder.path, name);
      if (await isFile(path)) return { shown: join(folder.shown, name), path };
    }
    const looked = folders.map(({ shown }) => shown).join(", ");
    const message = `imports ${name}, which is not there; looked in ${looked}`;
    this.#fault(wanted, message);
    return null;
  }

  /** Types that are named but not described are found only now. */
  #resolve(): void {
    try {
      this.#root.resolveAll();
    } catch (error) {
      const message = inOurWords(error);
      this.#faults.push({ path: ["grpc", "proto"], message });
    }
  }

  #fault({ index }: Wanted, message: string): void {
    if (this.#faults.length >= FAULTS_MAX) return;
    this.#faults.push({ path: ["grpc", "proto", index], message });
  }
}
