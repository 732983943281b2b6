// The tokenizers at hand: two that come with the page, files that were opened, and what was learned here.
import type { PatternName, TokenizerHandle } from '../lib/engine';
import { bytesOf, decodeText } from '../lib/files';
import { PageError } from '../lib/problem';
import { LikeloreError, tokenizerLab } from '../lib/tokenizer-engine';
import { tokensText } from '../lib/text/tokens';

export type Origin = 'sample' | 'bytes' | 'learned' | 'file';

export interface Entry {
  key: string; // what the address calls it
  origin: Origin;
  fileName: string;
  tokenizer: TokenizerHandle;
}

// Files of ranks whose pattern is not known.
export class PatternNeeded extends Error {
  constructor(readonly file: File) {
    super();
  }
}

export function nameOf({ origin, fileName, tokenizer }: Pick<Entry, 'origin' | 'fileName' | 'tokenizer'>): string {
  return origin === 'file' ? fileName : tokensText.names[origin](tokenizer.count);
}

export class Library {
  entries = $state.raw<readonly Entry[]>([]);
  private files = 0;
  private starting: Promise<void> | null = null;

  find(key: string): Entry | undefined {
    return this.entries.find((entry) => entry.key === key);
  }

  // Those that come with the page.
  start(): Promise<void> {
    return (this.starting ??= this.openOwn().catch((error: unknown) => {
      this.starting = null;
      throw error;
    }));
  }

  private async openOwn() {
    const [lab, { default: sample }] = await Promise.all([tokenizerLab(), import('virtual:learned-tokenizer')]);
    this.put('sample', await lab.openTokenizer(sample));
    this.put('bytes', await lab.train([], { vocabSize: 256 }));
  }

  // Puts one in the place of that of the same key.
  put(key: Exclude<Origin, 'file'>, tokenizer: TokenizerHandle) {
    const entry: Entry = { key, origin: key, fileName: '', tokenizer };
    const before = this.find(key);
    this.entries = before
      ? this.entries.map((each) => (each === before ? entry : each))
      : [...this.entries, entry];
    void before?.tokenizer.dispose().catch(() => undefined);
  }

  // The tokenizers that files hold: each by itself, and vocab.json with merges.txt. The last is returned.
  async openFiles(files: File[], pattern?: PatternName): Promise<Entry> {
    const merges = files.find(({ name }) => /merges.*\.txt$/i.test(name));
    const vocab = merges && files.find(({ name }) => /vocab.*\.json$/i.test(name));
    if (merges && !vocab) throw new PageError(() => tokensText.needsVocab(merges.name));
    let last: Entry | undefined;
    if (merges && vocab) last = await this.openMerges(vocab, merges, pattern);
    for (const file of files) if (file !== merges && file !== vocab) last = await this.openFile(file, pattern);
    return last!;
  }

  private async openMerges(vocab: File, merges: File, pattern?: PatternName): Promise<Entry> {
    const lab = await tokenizerLab();
    const [first, second] = await Promise.all([bytesOf(vocab), bytesOf(merges)]);
    return this.add(merges.name, () => lab.openMerges(first, second, pattern));
  }

  private async openFile(file: File, pattern?: PatternName): Promise<Entry> {
    const lab = await tokenizerLab();
    const bytes = await bytesOf(file);
    if (!isJson(bytes)) return this.add(file.name, () => openRanks(() => lab.openRanks(bytes, pattern), file));
    if (isVocabulary(bytes)) throw new PageError(() => tokensText.needsMerges(file.name));
    return this.add(file.name, () => lab.openTokenizer(bytes));
  }

  private async add(fileName: string, open: () => Promise<TokenizerHandle>): Promise<Entry> {
    const tokenizer = await open().catch((error: unknown) => inFile(error, fileName));
    const entry: Entry = { key: `file${++this.files}`, origin: 'file', fileName, tokenizer };
    this.entries = [...this.entries, entry];
    return entry;
  }
}

async function openRanks(open: () => Promise<TokenizerHandle>, file: File): Promise<TokenizerHandle> {
  try {
    return await open();
  } catch (error) {
    throw error instanceof LikeloreError && error.remedy === 'pattern' ? new PatternNeeded(file) : error;
  }
}

// The core does not know the names of files.
function inFile(error: unknown, fileName: string): never {
  if (!(error instanceof LikeloreError)) throw error;
  throw new LikeloreError({ ...error.details(), file: error.file ?? fileName });
}

const start = (bytes: Uint8Array) => decodeText(bytes.subarray(0, 4096)).trimStart();

function isJson(bytes: Uint8Array): boolean {
  return start(bytes).startsWith('{');
}

// A flat object of tokens and ids.
function isVocabulary(bytes: Uint8Array): boolean {
  return /^\{\s*"(?:[^"\\]|\\.)*"\s*:\s*\d/.test(start(bytes));
}

// Whether a file is a tokenizer, or a text.
export async function isTokenizer(file: File): Promise<boolean> {
  if (/\.(json|tiktoken|bpe)$|merges.*\.txt$/i.test(file.name)) return true;
  const beginning = start(new Uint8Array(await file.slice(0, 4096).arrayBuffer()));
  return /^[A-Za-z0-9+/]+=* \d+\r?\n/.test(beginning);
}
