// The formats in which the core writes documents, as files.
import type { DocumentFormat } from './engine';

export const documentFormats: { format: DocumentFormat; name: string; extension: string; type: string }[] = [
  { format: 'markdown', name: 'Markdown', extension: 'md', type: 'text/markdown' },
  { format: 'latex', name: 'LaTeX', extension: 'tex', type: 'application/x-tex' },
  { format: 'html', name: 'HTML', extension: 'html', type: 'text/html' },
  { format: 'text', name: 'TXT', extension: 'txt', type: 'text/plain' },
];
