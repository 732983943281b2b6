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
