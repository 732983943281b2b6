// The language in use, and the words in it. English comes with the page; another language is fetched
// when it is first wanted. A view that is loaded when it is first shown brings its words in every
// language, so that switching need wait for nothing more.
import { followLanguage } from '../format';
import { languageOf, preferredLanguage, rememberedLanguage, rememberLanguage } from './choice';
import type { LanguageName } from './choice';
import { english } from './en';
import type { Catalogue } from './en';

// What offers a language is written in that language, whichever the page is in.
export const languages: Record<LanguageName, { tag: string; name: string; offer: string }> = {
  en: { tag: 'en', name: 'English', offer: 'English: show the page in English' },
  zh: { tag: 'zh-Hans', name: '中文', offer: '中文：以中文显示本页' },
};

async function catalogueOf(name: LanguageName): Promise<Catalogue> {
  return name === 'en' ? english : (await import('./zh')).chinese;
}

class Language {
  current = $state<LanguageName>('en');
  catalogue = $state.raw<Catalogue>(english);
  // What the reader or the address chose: the browser's preference counts no more.
  chosen = $state<LanguageName | null>(null);
  // Why the language wanted last could not be loaded; the one before it stays.
  failure = $state.raw<unknown>(null);
  private asked = 0;

  get tag(): string {
    return languages[this.current].tag;
  }

  get other(): LanguageName {
    return this.current === 'en' ? 'zh' : 'en';
  }

  // To be awaited before anything is drawn, so that nothing is seen in the wrong language.
  async start(wished: string | null) {
    addEventListener('languagechange', () => {
      if (this.chosen === null) void this.use(preferredLanguage(navigator.languages));
    });
    this.chosen = languageOf(wished) ?? rememberedLanguage();
    await this.use(this.chosen ?? preferredLanguage(navigator.languages));
  }

  // A link that names a language counts while the page is open; it is no choice to be remembered.
  async follow(wished: string | null) {
    const name = languageOf(wished);
    if (name === null) return;
    this.chosen = name;
    await this.use(name);
  }

  async choose(name: LanguageName) {
    await this.use(name);
    if (this.current !== name) return;
    this.chosen = name;
    rememberLanguage(name);
  }

  // The newest wish wins.
  private async use(name: LanguageName) {
    const turn = ++this.asked;
    try {
      const catalogue = await catalogueOf(name);
      if (turn !== this.asked) return;
      this.failure = null;
      this.catalogue = catalogue;
      this.current = name;
      document.documentElement.lang = this.tag;
    } catch (error) {
      if (turn === this.asked) this.failure = error;
    }
  }
}

export const language = new Language();

followLanguage(() => language.tag);

// Whoever reads a word of it reads the language, and is drawn again when that changes.
export const text: Catalogue = new Proxy(english, {
  get: (_, key) => Reflect.get(language.catalogue, key) as unknown,
});

// Likewise the words of one view.
export function inLanguage<Words extends object>(words: Record<LanguageName, Words>): Words {
  return new Proxy(words.en, {
    get: (_, key) => Reflect.get(words[language.current], key) as unknown,
  });
}
