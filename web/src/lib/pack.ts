// A text as a part of an address: compressed, in letters that need no escaping.

const alphabet = /^[A-Za-z0-9_-]*$/;

export const longestLink = 8192; // of the address; longer ones are cut off by some programs
const longestPacked = 200_000; // characters that are even tried
const mostUnpacked = 2 ** 20; // bytes

// A text for an address; null for one that is too long for it.
export async function packForLink(text: string): Promise<string | null> {
  if (text.length > longestPacked) return null;
  const link = await pack(text).catch(() => null);
  return link !== null && link.length <= longestLink ? link : null;
}

// The text again; null for what is none.
export async function unpackFromLink(link: string | null): Promise<string | null> {
  return link === null ? null : unpack(link, mostUnpacked);
}

export async function pack(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

// The text again; null for what is none, or would be longer than `most` bytes.
export async function unpack(packed: string, most: number): Promise<string | null> {
  if (!alphabet.test(packed)) return null;
  try {
    const binary = atob(packed.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return await readText(stream.getReader(), most);
  } catch {
    return null;
  }
}

// Little can inflate to much: it is stopped on the way.
async function readText(reader: ReadableStreamDefaultReader<Uint8Array>, most: number): Promise<string | null> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.length;
    if (length > most) {
      await reader.cancel();
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
}
