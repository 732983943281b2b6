// The tokenizer that the page of tokens opens with: learned, while the page is built, from the guide in
// English and the page's words in Chinese.
import { loadTokenizers } from 'likelore';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const name = 'virtual:learned-tokenizer';
const moduleFile = '../wasm/likelore-tok.wasm'; // beside the package's entry
const sources = [
  { folder: '../docs/manual', files: /\.md$/ },
  { folder: 'src/lib/text', files: /\.zh\.ts$/ },
];
const training = { vocabSize: 3000, specials: ['<|endoftext|>'], pattern: 'cl100k' } as const;

export function learnedTokenizer(): Plugin {
  return {
    name: 'learned-tokenizer',
    resolveId: (id) => (id === name ? `\0${name}` : null),
    async load(id) {
      if (id !== `\0${name}`) return null;
      const files = await sourceFiles();
      for (const file of files) this.addWatchFile(file);
      const texts = await Promise.all(files.map((file) => readFile(file)));
      const entry = createRequire(import.meta.url).resolve('likelore');
      const lab = await loadTokenizers({ wasmBinary: await readFile(join(dirname(entry), moduleFile)) });
      return `export default ${JSON.stringify(lab.train(texts, training).toJson())}`;
    },
  };
}

async function sourceFiles(): Promise<string[]> {
  const lists = sources.map(async ({ folder, files }) => {
    const path = join(import.meta.dirname, folder);
    const names = (await readdir(path)).filter((file) => files.test(file)).sort();
    return names.map((file) => join(path, file));
  });
  return (await Promise.all(lists)).flat();
}
