// The places that the slider and the buttons go through: the start, the steps (each in three phases
// when they are shown in detail), and the result.
export const phases = ['join', 'sum', 'new'] as const;
export type Phase = (typeof phases)[number];

export interface Place {
  readonly step: number;
  readonly phase: Phase;
}

export function lastPlace(lastStep: number, detail: boolean): number {
  return detail && lastStep > 0 ? (lastStep - 1) * phases.length + 1 : lastStep;
}

export function placeAt({ step, phase }: Place, lastStep: number, detail: boolean): number {
  if (!detail || step === 0) return step;
  if (step >= lastStep) return lastPlace(lastStep, detail);
  return 1 + (step - 1) * phases.length + phases.indexOf(phase);
}

export function atPlace(place: number, lastStep: number, detail: boolean): Place {
  if (!detail || place === 0) return { step: place, phase: 'join' };
  const step = 1 + Math.floor((place - 1) / phases.length);
  return { step: Math.min(step, lastStep), phase: phases[(place - 1) % phases.length]! };
}
