import {
  type DescEnum,
  type DescExtension,
  type DescFile,
  type DescMessage,
  type DescService,
  toBinary,
} from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

type DescType = DescMessage | DescEnum | DescExtension | DescService;

/** The files behind some services, found by name, by symbol and by extension. */
export class Catalog {
  readonly #files = new Map<string, DescFile>();
  readonly #symbols = new Map<string, DescFile>();
  readonly #messages = new Set<string>();
  readonly #extensions: DescExtension[] = [];

  /** @param services full names are listed in this order */
  constructor(readonly services: readonly DescService[]) {
    for (const { file } of services) this.#add(file);
  }

  file(name: string): DescFile | undefined {
    return this.#files.get(name);
  }

  /** The file that declares a type, service, method, field, oneof or enum value. */
  fileOfSymbol(symbol: string): DescFile | undefined {
    return this.#symbols.get(symbol);
  }

  fileOfExtension(message: string, number: number): DescFile | undefined {
    return this.#extensionsOf(message).find((e) => e.number === number)?.file;
  }

  /** @returns undefined when there is no such message */
  extensionNumbers(message: string): number[] | undefined {
    if (!this.#messages.has(message)) return undefined;
    return this.#extensionsOf(message).map((extension) => extension.number);
  }

  #extensionsOf(message: string): DescExtension[] {
    return this.#extensions.filter((e) => e.extendee.typeName === message);
  }

  #add(file: DescFile): void {
    if (this.#files.has(file.proto.name)) return;
    this.#files.set(file.proto.name, file);
    for (const type of nestedTypes(file)) {
      for (const symbol of symbolsOf(type)) this.#symbols.set(symbol, file);
      if (type.kind === "message") this.#messages.add(type.typeName);
      if (type.kind === "extension") this.#extensions.push(type);
    }
    for (const dependency of file.dependencies) this.#add(dependency);
  }
}

/** The name of a type, and the names that it declares. */
function symbolsOf(type: DescType): string[] {
  const { typeName } = type;
  switch (type.kind) {
    case "message": {
      const parts = [...type.fields, ...type.oneofs];
      return [typeName, ...parts.map((part) => `${typeName}.${part.name}`)];
    }
    case "service":
      return [typeName, ...type.methods.map((m) => `${typeName}.${m.name}`)];
    case "enum": {
      // As in C, a value stands beside its enum, not inside it.
      const scope = typeName.slice(0, typeName.lastIndexOf(".") + 1);
      return [typeName, ...type.values.map((value) => scope + value.name)];
    }
    case "extension":
      return [typeName];
  }
}

/**
 * A file, then what it imports, however deep.
 *
 * @param known names of files that need not be told again; grows
 * @returns serialized `google.protobuf.FileDescriptorProto`s, the file itself always first
 */
export function withImports(
  file: DescFile,
  known: Set<string>,
): Uint8Array<ArrayBuffer>[] {
  known.add(file.proto.name);
  const told = [toBinary(FileDescriptorProtoSchema, file.proto)];
  for (const dependency of file.dependencies) {
    if (!known.has(dependency.proto.name)) {
      told.push(...withImports(dependency, known));
    }
  }
  return told;
}
