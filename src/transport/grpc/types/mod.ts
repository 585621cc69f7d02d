/**
 * Types of protobuf that were read at run time: their descriptors within
 * bounds, methods, and messages encoded from JSON.
 *
 * The main thread has them; a worker only where a script calls, and only this
 * much.
 *
 * @module
 */
export {
  countStatements,
  DescribedBudget,
  TooMuchDescribed,
} from "./budget.ts";
export {
  decodeFile,
  decodeSet,
  type DescribedFile,
  generatedFile,
  googleFile,
  rootFromFiles,
} from "./descriptors.ts";
export { openEncoder } from "./encoder.ts";
export { encodeMessages } from "./messages.ts";
export {
  findMethod,
  type MethodName,
  nearest,
  parseMethodName,
} from "./method.ts";
export { fieldsIn } from "./wire_fields.ts";
