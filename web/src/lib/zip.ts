// Several files as one, and back: ZIP archives (PKWARE's APPNOTE.TXT 6.3) whose files are stored as they
// are. Weights hardly compress.
import type { NamedBytes } from './engine';

const sizes = { local: 30, central: 46, end: 22 };
const signatures = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50 };
const utf8Names = 0x0800;
const firstDay = 0x0021; // 1 January 1980: the same files make the same archive

export function zip(files: readonly NamedBytes[]): Blob {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { name, bytes } of files) {
    const path = new TextEncoder().encode(name);
    // From the version needed to the length of the name, alike in both headers.
    const common = new DataView(new ArrayBuffer(24));
    common.setUint16(0, 20, true);
    common.setUint16(2, utf8Names, true);
    common.setUint16(8, firstDay, true);
    common.setUint32(10, crc32(bytes), true);
    common.setUint32(14, bytes.length, true);
    common.setUint32(18, bytes.length, true);
    common.setUint16(22, path.length, true);
    directory.push(centralHeader(common, at), path);
    parts.push(localHeader(common), path, bytes);
    at += sizes.local + path.length + bytes.length;
  }
  return new Blob([...parts, ...directory, endRecord(files.length, lengthOf(directory), at)] as BlobPart[]);
}

function localHeader(common: DataView): Uint8Array {
  const header = new Uint8Array(sizes.local);
  new DataView(header.buffer).setUint32(0, signatures.local, true);
  header.set(new Uint8Array(common.buffer), 4);
  return header;
}

function centralHeader(common: DataView, at: number): Uint8Array {
  const header = new Uint8Array(sizes.central);
  const view = new DataView(header.buffer);
  view.setUint32(0, signatures.central, true);
  view.setUint16(4, 20, true);
  header.set(new Uint8Array(common.buffer), 6);
  view.setUint32(42, at, true);
  return header;
}

function endRecord(count: number, length: number, at: number): Uint8Array {
  const record = new Uint8Array(sizes.end);
  const view = new DataView(record.buffer);
  view.setUint32(0, signatures.end, true);
  view.setUint16(8, count, true);
  view.setUint16(10, count, true);
  view.setUint32(12, length, true);
  view.setUint32(16, at, true);
  return record;
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

// The files of an archive, without their folders; null if it is none, or one that `zip` would not write:
// compressed, encrypted, damaged, or longer than 4 GiB.
export function unzip(archive: Uint8Array): NamedBytes[] | null {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = archive.length - sizes.end;
  if (end < 0 || view.getUint32(end, true) !== signatures.end) return null;
  const files: NamedBytes[] = [];
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    const entry = entryAt(archive, view, at);
    if (entry === null) return null;
    at = entry.next;
    if (!entry.name.endsWith('/')) files.push({ name: entry.name.split('/').at(-1)!, bytes: entry.bytes });
  }
  return files;
}

function entryAt(archive: Uint8Array, view: DataView, at: number): (NamedBytes & { next: number }) | null {
  if (at + sizes.central > archive.length || view.getUint32(at, true) !== signatures.central) return null;
  const [encrypted, method] = [view.getUint16(at + 8, true) & 1, view.getUint16(at + 10, true)];
  const [sum, packed, length] = [16, 20, 24].map((place) => view.getUint32(at + place, true)) as [number, number, number];
  const [path, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true)) as [number, number, number];
  const next = at + sizes.central + path + extra + comment;
  if (encrypted || method !== 0 || packed !== length || next > archive.length) return null;
  const bytes = storedAt(archive, view, view.getUint32(at + 42, true), length);
  if (bytes === null || crc32(bytes) !== sum) return null;
  const name = new TextDecoder().decode(archive.subarray(at + sizes.central, at + sizes.central + path));
  return { name, bytes, next };
}

function storedAt(archive: Uint8Array, view: DataView, at: number, length: number): Uint8Array | null {
  if (at + sizes.local > archive.length || view.getUint32(at, true) !== signatures.local) return null;
  const start = at + sizes.local + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  return start + length <= archive.length ? archive.slice(start, start + length) : null;
}

// The checksum of ZIP: CRC-32 with the polynomial 0xedb88320, reflected.
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = table[(sum ^ byte) & 0xff]! ^ (sum >>> 8);
  return ~sum >>> 0;
}
