// Deep links: the state of the page as the fragment of its address,
// "#/bayes?net=asia&e.smoke=yes&target=lung". A view owns the keys behind its name, but for `lang`,
// the language that was chosen.

export type ViewName = 'bayes' | 'naive' | 'tokens' | 'language';

const viewNames: readonly ViewName[] = ['bayes', 'naive', 'tokens', 'language'];

export interface Address {
  view: ViewName;
  parameters: URLSearchParams;
  language?: string | null;
}

// In the history, the mark of what the page wrote, as opposed to a link that was followed.
const written = 'likelore';

export function parseAddress(fragment: string): Address {
  const [, path, query = ''] = /^#?\/?([^?]*)\??(.*)$/s.exec(fragment)!;
  const parameters = new URLSearchParams(query);
  const language = parameters.get('lang');
  parameters.delete('lang');
  return { view: viewNames.find((name) => name === path) ?? 'bayes', parameters, language };
}

export function formatAddress({ view, parameters, language }: Address): string {
  const all = new URLSearchParams(parameters);
  if (language) all.set('lang', language);
  const query = all.toString();
  return `#/${view}${query ? `?${query}` : ''}`;
}

// The fragment that was read or written last. When the address bar holds another, a link has been clicked
// whose event is yet to come.
let known = '';

// What is to be written when the last writing is some time ago: browsers count the calls.
let noted: string | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let lastWritten = -Infinity;
const interval = 300; // milliseconds; a browser stops at 100 calls in half a minute

export function readAddress(): Address {
  noted = null;
  known = location.hash;
  return parseAddress(known);
}

// Notes the state without a new entry in the history: a slider moved is not a page visited.
export function noteAddress(address: Address) {
  noted = formatAddress(address);
  clearTimeout(timer);
  const wait = lastWritten + interval - performance.now();
  if (wait <= 0) writeAddress();
  else timer = setTimeout(writeAddress, wait);
}

// Writes what has been noted, now. A link that is yet to be followed stays.
export function writeAddress() {
  clearTimeout(timer);
  if (noted !== null && location.hash === known && (noted !== known || !isOwnAddress())) {
    history.replaceState(written, '', noted);
    lastWritten = performance.now();
    known = location.hash;
  }
  noted = null;
}

// A link that was followed is the page's own from then on: going back to it wishes for nothing new.
export function adoptAddress() {
  history.replaceState(written, '');
}

// Whether the page itself wrote the address: then going back to it wishes for no language.
export function isOwnAddress(): boolean {
  return history.state === written;
}
