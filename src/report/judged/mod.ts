/**
 * What was asked of a run and what came of it, in words: a section of the
 * report, its line in the essence, and the files that other tools read.
 *
 * @module
 */
export type { RecoveryV1, ThresholdV1, VerdictV1 } from "./contract.ts";
export {
  BELOW_FLOOR,
  FLOOR_NOTE,
  type NoiseFloorV1,
  noiseFloorV1,
  noiseLines,
  percentileText,
} from "./noise.ts";
export { type DoubleV1, type HoleV1, mergedV1, type PartV1 } from "./merged.ts";
export { renderJunit } from "./junit.ts";
export { renderMarkdown } from "./markdown.ts";
export { lawText, proofRow, proofSection } from "./proof_text.ts";
export { recoverySection } from "./recovery_text.ts";
export { thresholdSection, verdictLines } from "./text.ts";
export { foundText, judgedText, verdictText } from "./words.ts";
export { partsSection } from "./parts.ts";
