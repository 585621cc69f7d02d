import { RATE_MAX } from "../pattern/mod.ts";
import { DEFAULT_BASE_TPS, PRESET_NAMES } from "./schema/mod.ts";

type PresetValues = Readonly<Record<string, unknown>>;
type PresetName = typeof PRESET_NAMES[number];

/** What a preset says where the file is silent. */
interface Preset {
  readonly poisson: { readonly lambda: number; readonly spike_factor: number };
  readonly noise: { readonly amplitude: number };
  /** `max_tps` as a multiple of `base_tps`. */
  readonly maxPerBase: number;
}

/*
 * The Go program's numbers, without its bounds of the gaps: those bend the
 * Poisson process, so they hold only where the user asks for them.
 */
const PRESETS: Readonly<Record<PresetName, Preset>> = {
  gentle: {
    poisson: { lambda: 0.003, spike_factor: 1.5 },
    noise: { amplitude: 0.05 },
    maxPerBase: 3,
  },
  moderate: {
    poisson: { lambda: 0.005, spike_factor: 2 },
    noise: { amplitude: 0.1 },
    maxPerBase: 5,
  },
  aggressive: {
    poisson: { lambda: 0.01, spike_factor: 3 },
    noise: { amplitude: 0.15 },
    maxPerBase: 10,
  },
};

/**
 * Fills in what the preset says and the file does not. The input is not yet
 * validated: what has the wrong form stays as it is, to be told of later.
 */
export function withPreset(input: unknown): unknown {
  if (!isMapping(input)) return input;
  const preset = presetOf(input.preset);
  if (preset === undefined) return input;
  const controller = input.controller ?? {};
  return {
    ...input,
    controller: filled(controller, {
      max_tps: Math.min(preset.maxPerBase * baseOf(controller), RATE_MAX),
    }),
    pattern: withPattern(input.pattern ?? {}, preset),
  };
}

function presetOf(name: unknown): Preset | undefined {
  const known = PRESET_NAMES.find((preset) => preset === name);
  return known && PRESETS[known];
}

function baseOf(controller: unknown): number {
  const base = isMapping(controller) ? controller.base_tps : undefined;
  return typeof base === "number" ? base : DEFAULT_BASE_TPS;
}

function withPattern(pattern: unknown, preset: Preset): unknown {
  if (!isMapping(pattern)) return pattern;
  const poisson = pattern.poisson ?? {};
  const { lambda, ...rest } = preset.poisson;
  const hasInterval = isMapping(poisson) && poisson.interval !== undefined;
  return {
    ...pattern,
    poisson: filled(poisson, hasInterval ? rest : { lambda, ...rest }),
    noise: filled(pattern.noise ?? {}, preset.noise),
  };
}

/** A mapping with defaults for what it does not say; what is not a mapping stays. */
function filled(value: unknown, defaults: PresetValues): unknown {
  if (!isMapping(value)) return value;
  const given = Object.entries(value).filter(([, item]) => item !== undefined);
  return { ...value, ...defaults, ...Object.fromEntries(given) };
}

function isMapping(value: unknown): value is PresetValues {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
