import { dirname, isAbsolute, join } from "node:path";
import protobuf from "protobufjs";
import descriptorTypes from "protobufjs/google/protobuf/descriptor.json" with {
  type: "json",
};

/** More files than any method needs: a loop of symbolic links, say. */
const MAX_FILES = 1_000;

/** A file to be read, and the folder of the one that imports it. */
interface Wanted {
  readonly name: string;
  readonly from: string;
}

// For custom options, which extend the types in there.
protobuf.common("google/protobuf/descriptor.proto", descriptorTypes);

/**
 * Parses `.proto` files and what they import. Imports are looked up in `paths`,
 * then beside the importing file; Google's own types need no file.
 *
 * @throws {Error} that names the file, and the line where there is one
 */
export async function rootFromProtoFiles(
  files: readonly string[],
  paths: readonly string[],
): Promise<protobuf.Root> {
  const root = new protobuf.Root();
  const known = new Set<string>();
  const wanted: Wanted[] = files.map((name) => ({ name, from: "" }));
  for (let file = wanted.pop(); file; file = wanted.pop()) {
    const bundled = protobuf.common.get(file.name);
    const path = bundled ? file.name : await find(file, paths);
    if (known.has(path)) continue;
    known.add(path);
    if (known.size > MAX_FILES) throw new Error(`over ${MAX_FILES} imports`);
    if (bundled) root.addJSON(bundled.nested ?? {});
    else wanted.push(...await parseFile(root, path));
  }
  root.resolveAll();
  return root;
}

async function parseFile(root: protobuf.Root, path: string): Promise<Wanted[]> {
  const text = await Deno.readTextFile(path);
  // The parser's messages name this file; its types do not know the setting.
  Object.assign(protobuf.parse, { filename: path });
  const { imports, weakImports } = protobuf.parse(text, root);
  const from = dirname(path);
  return [...imports ?? [], ...weakImports ?? []].map((name) => ({
    name,
    from,
  }));
}

async function find(
  { name, from }: Wanted,
  paths: readonly string[],
): Promise<string> {
  const folders = isAbsolute(name) || from === "" ? [""] : [...paths, from];
  for (const folder of folders) {
    const path = join(folder, name);
    if (await isFile(path)) return path;
  }
  const where = from === "" ? "" : `; looked in ${folders.join(", ")}`;
  throw new Error(`no file ${name}${where}`);
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}
