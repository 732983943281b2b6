// Every word of the page, in both languages: those that come with the page, and those of each view that
// is loaded when it is first shown.
import { existsSync, readdirSync } from 'node:fs';
import { english } from '../../web/src/lib/text/en';
import { chinese } from '../../web/src/lib/text/zh';

type Entry = [path: string, word: unknown];

const folder = new URL('../../web/src/lib/text/', import.meta.url);

// With their paths; sections are walked into.
function entries(catalogue: object, path: string): Entry[] {
  return Object.entries(catalogue).flatMap(([key, value]): Entry[] =>
    typeof value === 'object' ? entries(value as object, `${path}${key}.`) : [[path + key, value]],
  );
}

async function wordsIn(file: string): Promise<object> {
  const exported = Object.values((await import(new URL(file, folder).href)) as Record<string, object>);
  if (exported.length !== 1) throw new Error(`${file} exports ${exported.length} catalogues`);
  return exported[0]!;
}

export async function catalogues(): Promise<Record<'english' | 'chinese', Map<string, unknown>>> {
  // A file without a third beside it is a part of the catalogue that comes with the page.
  const parts = readdirSync(folder).flatMap((file) => /^(\w+)\.en\.ts$/.exec(file)?.[1] ?? []);
  const names = parts.filter((name) => existsSync(new URL(`${name}.ts`, folder)));
  const all: Record<'english' | 'chinese', Entry[]> = { english: entries(english, ''), chinese: entries(chinese, '') };
  for (const name of names) {
    all.english.push(...entries(await wordsIn(`${name}.en.ts`), `${name}.`));
    all.chinese.push(...entries(await wordsIn(`${name}.zh.ts`), `${name}.`));
  }
  return { english: new Map(all.english), chinese: new Map(all.chinese) };
}
