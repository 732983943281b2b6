// Asks for a layout: at once for a small network, of a worker for a large one.
import { arrange, arrangeQuickly, isFlat } from './layout';
import type { Arrangement, Shape, Spacing } from './layout';

// Up to here the layout takes less than the blink of an eye.
const smallNetwork = 80;

// A layout that takes longer than this (in milliseconds) is given up: the quick one stays.
const patience = 60_000;

export interface Arranging {
  // What to show now.
  now: Arrangement;
  // The better layout that is being made, if there is one: null if it could not be made.
  later: Promise<Arrangement | null> | null;
  cancel: () => void;
}

export function startArranging(shapes: readonly Shape[], spacing: Spacing): Arranging {
  if (shapes.length <= smallNetwork) return { now: arrange(shapes, spacing), later: null, cancel: () => {} };
  const now = arrangeQuickly(shapes, spacing);
  if (isFlat(shapes)) return { now, later: null, cancel: () => {} };
  const worker = new Worker(new URL('./arrange.worker.ts', import.meta.url), { type: 'module' });
  const later = new Promise<Arrangement | null>((resolve) => {
    worker.onmessage = ({ data }: MessageEvent<Arrangement>) => resolve(data);
    worker.onerror = () => resolve(null);
    setTimeout(() => resolve(null), patience);
  }).finally(() => worker.terminate());
  worker.postMessage({ shapes, spacing });
  return { now, later, cancel: () => worker.terminate() };
}
