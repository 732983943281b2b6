// The files of a checkpoint among those that are dropped or opened.
import type { NamedBytes, TrainSettings } from '../../lib/engine';
import { bytesOf } from '../../lib/files';
import { PageError } from '../../lib/problem';
import { text } from '../../lib/text';
import { trainText } from '../../lib/text/train';
import { unzip } from '../../lib/zip';

export interface Checkpoint {
  readonly files: NamedBytes[];
  // Of its training; null until the core has opened it.
  readonly settings: TrainSettings | null;
}

const needed = ['config.json', 'model.safetensors', 'tokenizer.json', 'trainer.json', 'trainer.safetensors'];
const known = [...needed, 'manifest.json', 'log.jsonl'];

export interface Sorted {
  checkpoint: NamedBytes[] | null;
  texts: File[];
}

// Without a trainer.json the files of a checkpoint are but a model.
export function isTraining(files: readonly File[]): boolean {
  const names = files.map(({ name }) => name);
  return names.includes('trainer.json') || names.some(isArchive) || !names.includes('model.safetensors');
}

export async function sorted(files: readonly File[]): Promise<Sorted> {
  const archives = await Promise.all(files.filter(({ name }) => isArchive(name)).map(unpacked));
  const own = files.filter(({ name }) => known.includes(name));
  const parts = [...archives.flat(), ...(await Promise.all(own.map(named)))].filter(({ name }) => known.includes(name));
  const texts = files.filter(({ name }) => !known.includes(name) && !isArchive(name));
  if (parts.length === 0) return { checkpoint: null, texts };
  const missing = needed.filter((name) => !parts.some((part) => part.name === name));
  if (missing.length > 0) throw new PageError(() => text.missingFiles(missing));
  return { checkpoint: parts, texts };
}

function isArchive(name: string): boolean {
  return name.endsWith('.zip');
}

async function named(file: File): Promise<NamedBytes> {
  return { name: file.name, bytes: await bytesOf(file) };
}

async function unpacked(file: File): Promise<NamedBytes[]> {
  const files = unzip(await bytesOf(file));
  if (files === null) throw new PageError(() => trainText.notOurZip(file.name));
  return files;
}
