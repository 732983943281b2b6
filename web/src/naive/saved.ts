// The reader's own table, kept in this browser from visit to visit.
import { get, set } from 'idb-keyval';
import type { Sheet } from './sheet';

const key = 'likelore.naive';

function isSheet(value: unknown): value is Sheet {
  const sheet = value as Partial<Sheet> | undefined;
  return Array.isArray(sheet?.columns) && Array.isArray(sheet.rows) && sheet.origin?.kind === 'own';
}

export async function savedSheet(): Promise<Sheet | null> {
  try {
    const value: unknown = await get(key);
    return isSheet(value) ? value : null;
  } catch {
    return null; // storage may be forbidden; tables then last as long as the page
  }
}

let waiting: ReturnType<typeof setTimeout> | undefined;

// Keeps a table once there was no other for a moment.
export function saveSheet(sheet: Sheet) {
  clearTimeout(waiting);
  waiting = setTimeout(() => void set(key, sheet).catch(() => undefined), 300);
}
