// What the language worker does for the page.
import type { Language, Model } from '../api/index.js';
import type { GenerateRequest, GenerateResult, NamedBytes } from '../types.js';
import { Table } from './serve.js';
import type { Call, Methods } from './serve.js';
import { nextTurn } from './turn.js';

export function languageMethods(loading: Promise<Language>): Methods {
  const models = new Table<Model>();
  loading.catch(() => {}); // each request tells of it
  return {
    version: async () => (await loading).version(),
    open: async (_call, files: NamedBytes[]) => {
      const model = (await loading).openModel(files);
      const { info, notes } = model;
      return { number: models.add(model), info, notes };
    },
    generate: (call, number: number, request: GenerateRequest) =>
      generate(call, models.get(number), request),
    dispose: (_call, number: number) => models.dispose(number),
  };
}

// One token, then a turn of the event loop, in which a message to cancel can arrive.
async function generate(call: Call, model: Model, request: GenerateRequest): Promise<GenerateResult> {
  const result: GenerateResult = { text: '', ids: [], finish: 'cancelled' };
  const tokens = model.generate(request);
  while (!call.signal.aborted) {
    const next = tokens.next();
    if (next.done) return next.value;
    call.progress(next.value);
    result.text += next.value.text;
    result.ids.push(next.value.id);
    await nextTurn();
  }
  tokens.return(result);
  return result;
}
