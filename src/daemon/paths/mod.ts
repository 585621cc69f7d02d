/**
 * Where things are: folders for sockets, state and logs; names, and who has
 * them; what is running. Trusts no folder that another user could change.
 * Never reads what is in a log or a state.
 *
 * ```
 *  <runtime>/NAME.sock  control socket, mode 0600
 *  <runtime>/NAME.lock  held as long as the process lives
 *  <state>/NAME.json    what a successor needs
 *  <state>/records      a record of each run with a name
 *  <logs>/NAME.log      and .1, .2, …
 * ```
 *
 * @module
 */
export { lockName, lockOf, type NameLock } from "./name_lock.ts";
export * from "./folders.ts";
export { isLocked, type Lock, ownerOf, takeLock } from "./lock.ts";
export {
  checkName,
  checkSocketPath,
  DEFAULT_NAME,
  isName,
  logFile,
  nameOfProcess,
  runtimeFiles,
  stateFile,
} from "./names.ts";
export {
  type KeptRecord,
  listRecords,
  newRecord,
  pruneRecords,
} from "./records.ts";
export {
  findRunning,
  isListening,
  isSocket,
  listRunning,
  type Running,
} from "./running.ts";
export {
  removeTemporary,
  sweepTemporary,
  type TemporaryFile,
  temporaryRecord,
  temporaryTrace,
} from "./temporary.ts";
