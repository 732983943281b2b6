// Files that a reader drops or picks. Nothing leaves the machine: they are read, never sent.

// The files of a drop; of a dropped directory, the files directly inside it.
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  const files = [...transfer.files];
  const lists = await Promise.all(
    entries.map((entry, index) =>
      entry?.isDirectory ? directoryFiles(entry as FileSystemDirectoryEntry) : [files[index]],
    ),
  );
  return lists.flat().filter((file) => file !== undefined);
}

async function directoryFiles(directory: FileSystemDirectoryEntry): Promise<File[]> {
  const reader = directory.createReader();
  const files: File[] = [];
  for (;;) {
    // A directory is read in batches; an empty batch ends it.
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (batch.length === 0) return files;
    const plain = batch.filter((entry) => entry.isFile) as FileSystemFileEntry[];
    files.push(...(await Promise.all(plain.map(fileOf))));
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

export async function bytesOf(file: File): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}

// The text of a file in whatever encoding it is: UTF-8, UTF-16 with a mark, what an XML declaration
// says, else Windows-1252, which older programs wrote. A declaration then says UTF-8, as which the text
// goes on.
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return declaredUtf8(new TextDecoder('utf-16le').decode(bytes));
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return declaredUtf8(new TextDecoder('utf-16be').decode(bytes));
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const declared = declaration.exec(start)?.[2];
  if (declared !== undefined) return declaredUtf8(decoderOf(declared).decode(bytes));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

const declaration = /^(\uFEFF?\s*<\?xml[^>]*?encoding\s*=\s*["'])([\w.:-]+)/;

function declaredUtf8(text: string): string {
  return text.replace(declaration, '$1UTF-8');
}

function decoderOf(label: string): TextDecoder {
  try {
    return new TextDecoder(label);
  } catch {
    return new TextDecoder();
  }
}
