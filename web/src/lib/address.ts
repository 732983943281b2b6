// Deep links: the state of the page as the fragment of its address,
// "#/bayes?net=asia&e.smoke=yes&target=lung". A view owns the keys behind its name.

export type ViewName = 'bayes' | 'language';

export interface Address {
  view: ViewName;
  parameters: URLSearchParams;
}

export function parseAddress(fragment: string): Address {
  const [path = '', query = ''] = fragment.replace(/^#\/?/, '').split('?', 2);
  return {
    view: path === 'language' ? 'language' : 'bayes',
    parameters: new URLSearchParams(query),
  };
}

export function formatAddress({ view, parameters }: Address): string {
  const query = parameters.toString();
  return `#/${view}${query ? `?${query}` : ''}`;
}

export function readAddress(): Address {
  return parseAddress(location.hash);
}

// Notes the state without a new entry in the history: a slider moved is not a page visited.
export function writeAddress(address: Address) {
  const fragment = formatAddress(address);
  if (fragment !== location.hash) history.replaceState(null, '', fragment);
}
