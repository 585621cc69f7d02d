/**
 * The live screen: what a person sees while traffic flows, and the keys.
 *
 * ```
 *  ScreenModel ─▶ renderScreen ─▶ lines ─▶ Screen.draw ─▶ terminal
 *                                 keys  ◀─ Screen      ◀─ terminal
 * ```
 *
 * `renderScreen` is pure and fits any size. `Screen` owns the terminal and
 * gives it back on every path; it never blocks on a slow one and never throws
 * into what it watches.
 *
 * @module
 */
export { chartSpanSec } from "./chart.ts";
export { type History, NO_HISTORY, withSecond } from "./history.ts";
export type { Command } from "./keys.ts";
export type { ScreenModel, ScreenSize } from "./model.ts";
export { renderScreen } from "./render.ts";
export { openScreen, type Screen } from "./terminal.ts";
export type { TerminalInput, TerminalOutput } from "./takeover.ts";
