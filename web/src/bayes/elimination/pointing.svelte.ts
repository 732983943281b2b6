// The cell that is looked at, and all that goes with it: the one pointed at, else the one chosen last.
import { litBy } from './cells';
import type { Lit, Place, Pointed } from './cells';
import { arithmeticOf } from './work';
import type { Work } from './work';

const noCells: ReadonlySet<number> = new Set();

export class Pointing {
  private chosen = $state.raw<Pointed | null>(null);
  private hovered = $state.raw<Pointed | null>(null);

  constructor(private readonly workNow: () => Work | null) {}

  readonly at: Pointed | null = $derived(this.hovered ?? this.chosen);

  readonly lit: Lit | null = $derived.by(() => {
    const work = this.workNow();
    return work && this.at ? litBy(work, this.at) : null;
  });

  readonly arithmetic = $derived.by(() => {
    const work = this.workNow();
    return work && this.at ? arithmeticOf(work, this.at) : null;
  });

  litAt(place: Place): ReadonlySet<number> {
    if (!this.lit) return noCells;
    return (typeof place === 'number' ? this.lit.inputs[place] : this.lit[place]) ?? noCells;
  }

  chosenAt(place: Place): number | null {
    return this.chosen?.place === place ? this.chosen.cell : null;
  }

  choose(place: Place, cell: number) {
    this.chosen = { place, cell };
  }

  hover(place: Place, cell: number | null) {
    this.hovered = cell === null ? null : { place, cell };
  }

  clear() {
    this.chosen = this.hovered = null;
  }
}
