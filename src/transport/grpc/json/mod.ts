/**
 * Protobuf's JSON mapping, one way: from the JSON that a config has to the
 * bytes of a message, by types that were read at run time. It reports every
 * mistake at once, each with the path of the wrong value.
 *
 * Stands under `resolve`; runs in the main thread, before anything is sent.
 * Never looks a type up elsewhere than in the root it is given, and never
 * shows what a variable stands for.
 *
 * Source: protobuf.dev, ProtoJSON format and encoding.
 *
 * @module
 */
export { type Encoded, encodeJson, type EncodeOptions } from "./message.ts";
export { hasFields, programJson, type Programmed } from "./program.ts";
export { listed } from "./listed.ts";
export { nameOf, takesList } from "./names.ts";
