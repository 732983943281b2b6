// What the Bayes worker does for the page.
import type { Bayes, Network } from '../api/index.js';
import type { OpenOptions } from '../types.js';
import type { NetworkQuestion } from './lab.js';
import { Table } from './serve.js';
import type { Methods } from './serve.js';

export function bayesMethods(loading: Promise<Bayes>): Methods {
  const networks = new Table<Network>();
  loading.catch(() => {}); // each request tells of it
  return {
    version: async () => (await loading).version(),
    check: async (_call, text: string, fileName: string, options?: OpenOptions) =>
      (await loading).check(text, fileName, options),
    open: async (_call, text: string, fileName: string, options?: OpenOptions) => {
      const network = (await loading).openNetwork(text, fileName, options);
      const { name, variables, notes } = network;
      return { number: networks.add(network), name, variables, notes };
    },
    ask: (_call, number: number, question: NetworkQuestion, ...parameters: any[]) =>
      (networks.get(number)[question] as (...parameters: any[]) => unknown)(...parameters),
    dispose: (_call, number: number) => networks.dispose(number),
  };
}
