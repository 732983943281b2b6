// What a panel keeps beside the network: its own questions and their answers. It is made when the
// panel is first shown and lives as long as the page; BayesSession tells it what happens.
import type { Marks } from './graph/marks';

export type Change =
  // Another network is open, or this one has been edited: what was known of it is void.
  | 'network'
  // What is known of the variables has changed.
  | 'knowledge'
  // Another variable is asked about.
  | 'target'
  // Fractions are wanted beside the decimals, or not any more.
  | 'exact'
  // The panel came into view; anything may have changed while it was out of it.
  | 'shown';

// What a click on a name in the graph does instead of asking about the variable.
export interface Pick {
  // What the name is called as a button.
  label(name: string): string;
  isPicked(name: string): boolean;
  take(name: string): void;
}

export interface Part {
  // What it points out on the graph while its panel is in view; derived, so that the graph follows.
  readonly marks: Marks;
  // Set while clicks on names in the graph are its own.
  readonly pick?: Pick | null;
  // Its share of the address.
  readonly address: [key: string, value: string][];
  // What it has on show, as questions of a sheet (report/questions.ts), for the worked solution.
  readonly questions?: string[];
  // Takes its share of an address that was followed; called when it is made and when a network is
  // opened, before the `update` that follows. Names in it may not exist in the network.
  follow(wish: URLSearchParams): void;
  // Asks again what has changed; called only while its panel is in view. Resolves when answered.
  update(change: Change): Promise<void>;
}
