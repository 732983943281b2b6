// The reader's own networks, kept in this browser.
import { createStore, del, entries, set } from 'idb-keyval';
import type { UseStore } from 'idb-keyval';
import type { Point } from '../graph/viewport';
import type { NetworkDocument } from '../model/document';

export interface SavedNetwork {
  id: string;
  // Milliseconds, as Date has them.
  edited: number;
  document: NetworkDocument;
  // Where the reader has put nodes, by their names.
  places: Map<string, Point> | null;
  // What is known and asked, as in the address.
  address: string;
  // What stands for it in an address, if it is short enough.
  link: string | null;
}

let store: UseStore | undefined;

function networks(): UseStore {
  return (store ??= createStore('likelore-networks', 'networks'));
}

// The one that was edited last is first. Storage may be forbidden: then there are none.
export async function savedNetworks(): Promise<SavedNetwork[]> {
  try {
    const all = await entries<string, unknown>(networks());
    return all.flatMap(([, value]) => (isSaved(value) ? [value] : [])).sort((a, b) => b.edited - a.edited);
  } catch {
    return [];
  }
}

// Tells whether it is kept.
export async function saveNetwork(network: SavedNetwork): Promise<boolean> {
  try {
    await set(network.id, network, networks());
    return true;
  } catch {
    return false;
  }
}

export async function forgetNetwork(id: string): Promise<void> {
  await del(id, networks()).catch(() => undefined);
}

// Another version of the page may have written it.
function isSaved(value: unknown): value is SavedNetwork {
  const { id, edited, document, address } = (value ?? {}) as Partial<SavedNetwork>;
  return (
    typeof id === 'string' &&
    typeof edited === 'number' &&
    typeof address === 'string' &&
    typeof document?.name === 'string' &&
    Array.isArray(document.variables) &&
    document.variables.length > 0
  );
}
