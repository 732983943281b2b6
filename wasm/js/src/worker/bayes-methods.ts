// What the Bayes worker does for the page.
import type { Bayes, Network } from '../api/index.js';
import type { QueryRequest, TraceRequest } from '../types.js';
import { Table } from './serve.js';
import type { Methods } from './serve.js';

export function bayesMethods(loading: Promise<Bayes>): Methods {
  const networks = new Table<Network>();
  loading.catch(() => {}); // each request tells of it
  return {
    version: async () => (await loading).version(),
    open: async (_call, text: string, fileName: string) => {
      const network = (await loading).openNetwork(text, fileName);
      const { name, variables, notes } = network;
      return { number: networks.add(network), name, variables, notes };
    },
    query: (_call, number: number, request: QueryRequest) => networks.get(number).query(request),
    trace: (_call, number: number, request: TraceRequest) => networks.get(number).trace(request),
    dispose: (_call, number: number) => networks.dispose(number),
  };
}
