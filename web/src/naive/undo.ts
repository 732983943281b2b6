// Ctrl+Z undoes, Ctrl+Y and Ctrl+Shift+Z redo; in a text that is being typed they are the browser's.
import type { NaiveSession } from './session.svelte';

export function undoByKey(session: NaiveSession, event: KeyboardEvent) {
  const { key, shiftKey, altKey, target } = event;
  if (!(event.ctrlKey || event.metaKey) || altKey || target instanceof HTMLTextAreaElement) return;
  const letter = key.toLowerCase();
  if (letter === 'z' && !shiftKey) session.undo();
  else if (letter === 'y' || letter === 'z') session.redo();
  else return;
  event.preventDefault();
}
