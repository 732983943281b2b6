// The words of a message, as the core finds them: runs of letters, marks and numbers that do not begin
// with a mark, in lower case.

const pattern = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu;

export interface MessagePart {
  text: string;
  // The word that it is, or null for what is between words.
  word: string | null;
}

export function partsOf(message: string): MessagePart[] {
  const parts: MessagePart[] = [];
  let at = 0;
  for (const match of message.matchAll(pattern)) {
    if (match.index > at) parts.push({ text: message.slice(at, match.index), word: null });
    parts.push({ text: match[0], word: match[0].toLowerCase() });
    at = match.index + match[0].length;
  }
  if (at < message.length) parts.push({ text: message.slice(at), word: null });
  return parts;
}

// The words of which the classifier knows nothing, each once.
export function unseenWords(message: string, known: readonly string[]): string[] {
  const words = new Set(partsOf(message).flatMap(({ word }) => (word === null ? [] : [word])));
  for (const word of known) words.delete(word);
  return [...words];
}
