// Example networks as the page gets them: with what the core says of them when nothing is observed, found
// out while the page is built. So they are on show before the core has been loaded.
import { loadBayes } from 'likelore';
import type { Bayes, Network } from 'likelore';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const suffix = '?opened';
const moduleFile = '../wasm/likelore-bayes.wasm'; // beside the package's entry

export function openedExamples(): Plugin {
  let lab: Promise<Bayes> | undefined;
  return {
    name: 'opened-examples',
    async load(id) {
      if (!id.endsWith(suffix)) return null;
      const path = id.slice(0, -suffix.length);
      this.addWatchFile(path);
      return moduleOf(await (lab ??= loadCore()), await readFile(path, 'utf8'), basename(path));
    },
  };
}

async function loadCore(): Promise<Bayes> {
  const entry = createRequire(import.meta.url).resolve('likelore');
  return loadBayes({ wasmBinary: await readFile(join(dirname(entry), moduleFile)) });
}

function moduleOf(lab: Bayes, content: string, fileName: string): string {
  const network = lab.openNetwork(content, fileName);
  const { name, variables, potentials, notes } = network;
  // Structure alone has no probabilities.
  const answer = variables.every(({ table }) => table !== null) ? posteriorsOf(network) : null;
  network.dispose();
  return `export default ${JSON.stringify({ content, name, variables, potentials, notes, answer })}`;
}

function posteriorsOf(network: Network): object {
  const { posteriors, p_evidence, log10_p_evidence } = network.query();
  return { posteriors, p_evidence, log10_p_evidence };
}
