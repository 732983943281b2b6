// Where the parts of a loss curve are.
import type { StepPoint } from './rows';

export interface Scale {
  least: number;
  most: number;
  ticks: number[];
}

// About so many round numbers around the values.
export function scaleOf(least: number, most: number, count: number): Scale {
  const step = roundUp((most - least) / count || 1);
  const first = Math.floor(least / step);
  const last = Math.max(Math.ceil(most / step), first + 1);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  return { least: ticks[0]!, most: ticks.at(-1)!, ticks };
}

// The next of …, 0.5, 1, 2, 5, 10, 20, …
export function roundUp(value: number): number {
  if (!(value > 0)) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5].find((digit) => digit * power >= value) ?? 10);
}

// Round numbers of steps, from 0 to the last.
export function stepTicks(last: number, count: number): number[] {
  const step = Math.max(1, roundUp(last / count));
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, i) => i * step);
}

export interface Thinned {
  step: number;
  loss: number;
  smooth: number;
}

// At most about so many points: means of as many neighbours each, and the last as it is.
export function thin(points: readonly StepPoint[], most: number): Thinned[] {
  const size = Math.ceil(points.length / most);
  if (size <= 1) return [...points];
  const thinned: Thinned[] = [];
  for (let at = 0; at < points.length; at += size) {
    const block = points.slice(at, at + size);
    const last = block.at(-1)!;
    thinned.push({ step: last.step, loss: block.reduce((sum, { loss }) => sum + loss, 0) / block.length, smooth: last.smooth });
  }
  return thinned;
}

export function pathOf(places: readonly [number, number][]): string {
  return places.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
}
