// Texts as UTF-8.
const encoder = new TextEncoder();
const none = new Uint8Array(0);

export function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? encoder.encode(text) : text;
}

// A text that comes in parts, each a string or bytes. The two halves of a surrogate pair may come in
// different strings.
export class TextParts {
  #high = ''; // the first half of what may be a pair

  take(part: string | Uint8Array, isLast: boolean): Uint8Array {
    const isText = typeof part === 'string';
    let text = this.#high + (isText ? part : '');
    this.#high = '';
    if (!isLast && isText && /[\uD800-\uDBFF]$/.test(text)) {
      this.#high = text.slice(-1);
      text = text.slice(0, -1);
    }
    return joined(encoder.encode(text), isText ? none : part);
  }

  // Forgets the text.
  clear(): void {
    this.#high = '';
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  if (second.length === 0) return first;
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
