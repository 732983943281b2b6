// Which language the page is in: what the address asks for, else what the reader chose before, else
// the first that the browser prefers and the page has, else English.

export type LanguageName = 'en' | 'zh';

const storageKey = 'likelore.language';

// Any tag of a language that the page has; traditional characters have the simplified ones as the
// nearest.
export function languageOf(tag: string | null | undefined): LanguageName | null {
  const primary = tag?.toLowerCase().split(/[-_]/, 1)[0];
  return primary === 'en' || primary === 'zh' ? primary : null;
}

export function preferredLanguage(tags: readonly string[]): LanguageName {
  return tags.map(languageOf).find((name) => name !== null) ?? 'en';
}

export function rememberedLanguage(): LanguageName | null {
  try {
    return languageOf(localStorage.getItem(storageKey));
  } catch {
    return null; // storage may be forbidden; the choice then lasts as long as the page
  }
}

export function rememberLanguage(name: LanguageName) {
  try {
    localStorage.setItem(storageKey, name);
  } catch {
    // see rememberedLanguage()
  }
}
