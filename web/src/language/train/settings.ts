// What is asked of a training in the page: a preset of the core, a size for a browser, and what of it is
// changed. The names of settings are those of a training configuration.
import type { TrainSettings } from '../../lib/engine';

// Presets of the core that differ in how the model is built, not in its size alone. First the usual one:
// small models learn faster with rotary positions than with learned ones.
export const presetNames = ['nanogpt-rope', 'nanogpt', 'llama', 'cs336', 'chargpt'] as const;
export const sizeNames = ['tiny', 'small', 'medium'] as const;
export type SizeName = (typeof sizeNames)[number];

export interface Field {
  name: FieldName;
  least: number;
  most: number;
  step: number | 'any';
}

// Limits of what makes sense in a page; what a training can be is for the core to say.
export const fields = [
  { name: 'n_layer', least: 1, most: 24, step: 1 },
  { name: 'n_head', least: 1, most: 64, step: 1 },
  { name: 'n_embd', least: 1, most: 1024, step: 1 },
  { name: 'block_size', least: 1, most: 1024, step: 1 },
  { name: 'batch_size', least: 1, most: 512, step: 1 },
  { name: 'learning_rate', least: 0, most: 10, step: 'any' },
  { name: 'dropout', least: 0, most: 0.99, step: 'any' },
  { name: 'max_iters', least: 1, most: 1_000_000, step: 1 },
  { name: 'eval_interval', least: 1, most: 1_000_000, step: 1 },
  { name: 'seed', least: 0, most: Number.MAX_SAFE_INTEGER, step: 1 },
] as const;

export type FieldName = (typeof fields)[number]['name'];
// null: a field that is empty.
export type Values = Record<FieldName, number | null>;

export interface Wish {
  preset: string;
  values: Values;
}

const common = { batch_size: 16, dropout: 0, seed: 42 };

export const sizes: Record<SizeName, Values> = {
  tiny: { ...common, n_layer: 2, n_head: 2, n_embd: 32, block_size: 32, learning_rate: 0.01, max_iters: 600, eval_interval: 100 },
  small: { ...common, n_layer: 3, n_head: 4, n_embd: 64, block_size: 64, learning_rate: 0.005, max_iters: 1000, eval_interval: 100 },
  medium: { ...common, n_layer: 4, n_head: 4, n_embd: 128, block_size: 128, learning_rate: 0.002, max_iters: 2000, eval_interval: 200 },
};

export function usualWish(size: SizeName = 'tiny'): Wish {
  return { preset: presetNames[0], values: { ...sizes[size] } };
}

// The size that the values of the model have; null where they are the reader's own.
export function sizeOf(values: Values): SizeName | null {
  const shape = ['n_layer', 'n_head', 'n_embd', 'block_size'] as const;
  return sizeNames.find((size) => shape.every((name) => sizes[size][name] === values[name])) ?? null;
}

// What the fields do not say goes by the preset, but for what would not fit a short run: the course of the
// learning rate, which falls to a tenth by the last step, and evaluations on few batches.
export function settingsOf({ preset, values }: Wish): TrainSettings {
  const { max_iters: steps, learning_rate: rate } = values as Record<FieldName, number>;
  return {
    preset,
    ...(values as Record<FieldName, number>),
    gradient_accumulation_steps: 1,
    warmup_iters: Math.min(100, Math.floor(steps / 10)),
    lr_decay_iters: steps,
    min_lr: Number((rate / 10).toPrecision(6)),
    eval_iters: 10,
  };
}

// The values that a training has.
export function valuesOf(settings: TrainSettings): Values {
  return Object.fromEntries(fields.map(({ name }) => [name, Number(settings[name])])) as Values;
}

// The fields that are not what they were.
export function changesOf(values: Values, before: Values): TrainSettings {
  const changed = fields.filter(({ name }) => values[name] !== before[name]);
  return Object.fromEntries(changed.map(({ name }) => [name, values[name] ?? '']));
}

// What a run was made with stays as it is when it goes on; these may change.
export const changeable: readonly FieldName[] = ['batch_size', 'learning_rate', 'dropout', 'max_iters', 'eval_interval'];

// The field that a refusal of the core speaks of: it calls settings by their names.
export function fieldIn(message: string): FieldName | null {
  const words = message.match(/\w+/g) ?? [];
  return words.map((word) => fields.find(({ name }) => name === word)?.name).find((name) => name !== undefined) ?? null;
}

// ---- Deep links ----------------------------------------------------------------------------------

// preset, size, and the fields that are not as the size has them, by their names.
export function writeWish({ preset, values }: Wish, parameters: URLSearchParams) {
  const size = sizeOf(values) ?? sizeNames[0];
  if (preset !== presetNames[0]) parameters.set('preset', preset);
  if (size !== sizeNames[0]) parameters.set('size', size);
  for (const { name } of fields)
    if (values[name] !== null && values[name] !== sizes[size][name]) parameters.set(name, String(values[name]));
}

export function readWish(parameters: URLSearchParams): Wish {
  const wish = usualWish(sizeNames.find((size) => size === parameters.get('size')));
  wish.preset = presetNames.find((name) => name === parameters.get('preset')) ?? wish.preset;
  for (const { name, least, most, step } of fields) {
    const given = parameters.get(name);
    const value = Number(given);
    const isWhole = step === 'any' || Number.isInteger(value);
    if (given && value >= least && value <= most && isWhole) wish.values[name] = value;
  }
  return wish;
}
