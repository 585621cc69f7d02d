import { type DescFile, toBinary } from "@bufbuild/protobuf";
import {
  file_google_protobuf_any,
  file_google_protobuf_descriptor,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import protobuf from "protobufjs";
import { DescribedBudget } from "./budget.ts";
import { typeIn } from "./method.ts";
import { fieldsIn } from "./wire_fields.ts";
import descriptor, {
  type IFileDescriptorProto,
} from "protobufjs/ext/descriptor.js";

/** `FileDescriptorSet.file`. */
const SET_FILE = 1;

/** A file of types, described in protobuf's own terms. */
export interface DescribedFile {
  readonly name: string;
  readonly imports: readonly string[];
  readonly described: IFileDescriptorProto;
}

/** Google's own files, which every protobuf library has and no server needs to send. */
const GOOGLE = new Map(
  [
    file_google_protobuf_any,
    file_google_protobuf_descriptor,
    file_google_protobuf_duration,
    file_google_protobuf_empty,
    file_google_protobuf_field_mask,
    file_google_protobuf_struct,
    file_google_protobuf_timestamp,
    file_google_protobuf_wrappers,
  ].map((file) => [file.proto.name, file]),
);

/** One of Google's own files by its name. */
export function googleFile(name: string): DescribedFile | undefined {
  const file = GOOGLE.get(name);
  return file === undefined ? undefined : generatedFile(file);
}

let googleRoot: protobuf.Root | undefined;

/** One of Google's own types, which an `Any` may hold though no file imports it. */
export function googleType(name: string): protobuf.Type | undefined {
  if (!name.startsWith("google.protobuf.")) return undefined;
  googleRoot ??= rootFromFiles([...GOOGLE.values()].map(generatedFile));
  return typeIn(googleRoot, name);
}

/** A file that kar has generated code for. */
export function generatedFile({ proto }: DescFile): DescribedFile {
  const bytes = toBinary(FileDescriptorProtoSchema, proto);
  return decodeFile(bytes, new DescribedBudget());
}

/**
 * Decodes the description of one file.
 *
 * @throws {TooMuchDescribed} where the budget is used up
 * @throws {Error} for bytes that are something else
 */
export function decodeFile(
  bytes: Uint8Array,
  budget: DescribedBudget,
): DescribedFile {
  const file: unknown = descriptor.FileDescriptorProto.decode(
    budget.take(bytes),
  );
  return describedFile(file as IFileDescriptorProto);
}

/**
 * Decodes a descriptor set.
 *
 * @throws {TooMuchDescribed} where it describes too much
 * @throws {Error} for bytes that are something else
 */
export function decodeSet(bytes: Uint8Array): DescribedFile[] {
  const budget = new DescribedBudget();
  const files: DescribedFile[] = [];
  for (const { number, bytes: file } of fieldsIn(bytes)) {
    if (number === SET_FILE) files.push(decodeFile(file, budget));
  }
  return files;
}

function describedFile(described: IFileDescriptorProto): DescribedFile {
  const { name = "", dependency } = described;
  return { name, imports: dependency ?? [], described };
}

/**
 * Puts files together, in any order. Google's own may be missing; so may what
 * careless servers leave out: leading dots of names, JSON names, imports.
 *
 * @throws {Error} when a type is not described
 */
export function rootFromFiles(files: readonly DescribedFile[]): protobuf.Root {
  const all = new Map(files.map((file) => [file.name, file]));
  for (const { imports } of files) {
    for (const name of imports) {
      const file = all.has(name) ? undefined : googleFile(name);
      if (file !== undefined) all.set(name, file);
    }
  }
  const file = Array.from(all.values(), ({ described }) => described);
  return protobuf.Root.fromDescriptor({ file });
}
