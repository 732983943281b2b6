// Files that the page writes, handed to the browser to save.

export function download(fileName: string, content: string | Blob, type = 'text/plain') {
  const blob = typeof content === 'string' ? new Blob([content], { type: `${type};charset=utf-8` }) : content;
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  // The browser has taken the content once the click was handled.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

// A name that every file system takes.
export function fileNameOf(name: string, extension: string): string {
  const plain = name.replace(/[^\p{L}\p{N}_.-]+/gu, '-').replace(/^[-.]+|-+$/g, '');
  return `${plain || 'likelore'}.${extension}`;
}
