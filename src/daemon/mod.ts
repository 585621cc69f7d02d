/**
 * What makes a run something that others operate, for minutes or for years:
 * its name, the control API on a Unix socket, state that survives a kill, the
 * log, the service manager, and how to start it in the background.
 *
 * ```
 *  kar status, pause, … ─▶ ask ─▶ NAME.sock ─▶ serve ─▶ Run
 *  DaemonHost ─▶ NAME.lock · observers: NAME.log · NAME.json · sd_notify
 * ```
 *
 * It changes traffic only by a run's own actions, and nothing that fails here
 * can end one. What is heavy is loaded when it is needed.
 *
 * @module
 */
export { LOG_PARTS, readSaved } from "./persistence.ts";
export { DaemonHost, type DaemonHostOptions } from "./daemon_host.ts";
export { launch } from "./launch.ts";
export * from "./log/mod.ts";
export { failureLines, type Notifier, openNotifier } from "./notify.ts";
export * from "./paths/mod.ts";
export type { SavedState } from "./state_file.ts";
export { statusFields } from "./status_fields.ts";
