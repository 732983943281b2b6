// The text to learn from: an example, what is typed, or files, whose bytes stay what they are.
import { decodeText } from '../../lib/files';
import { packForLink, unpackFromLink } from '../../lib/pack';
import { PageError } from '../../lib/problem';
import { trainText } from '../../lib/text/train';

export const exampleNames = ['guide', 'sums'] as const;
export type ExampleName = (typeof exampleNames)[number];

const mostBytes = 64 * 2 ** 20;

export class Corpus {
  example = $state<ExampleName | null>(null);
  text = $state.raw('');
  // Counts the texts there have been.
  version = $state(0);
  // An address cannot say what the text is.
  isUnlinked = $state(false);
  // Of files whose bytes are not those of the text.
  private bytes: Uint8Array | null = null;
  // As a part of an address.
  private link = $state.raw<string | null>(null);

  constructor(private readonly onChange: () => void) {}

  // For the core.
  get content(): string | Uint8Array {
    return this.bytes ?? this.text;
  }

  async takeExample(name: ExampleName) {
    const { examples } = await import('./examples');
    this.put(examples[name](), null, name);
    this.isUnlinked = false;
  }

  type(text: string) {
    this.put(text, null, null);
    const { version } = this;
    void packForLink(text).then((link) => {
      if (version !== this.version) return;
      this.link = link;
      this.isUnlinked = link === null;
    });
  }

  async openFiles(files: File[]) {
    const size = files.reduce((sum, file) => sum + file.size, 0);
    if (size > mostBytes) throw new PageError(() => trainText.tooLong(mostBytes / 2 ** 20));
    const bytes = new Uint8Array(await new Blob(files).arrayBuffer());
    const text = decodeText(bytes);
    if (new TextEncoder().encode(text).length === bytes.length) return this.type(text);
    this.put(text, bytes, null);
    this.isUnlinked = true;
  }

  private put(text: string, bytes: Uint8Array | null, example: ExampleName | null) {
    this.text = text;
    this.bytes = bytes;
    this.example = example;
    this.link = null;
    this.version += 1;
    this.onChange();
  }

  // ---- Deep links ----------------------------------------------------------------------------

  // text: the name of an example; or c: a text of one's own, packed.
  write(parameters: URLSearchParams) {
    if (this.link !== null) parameters.set('c', this.link);
    else if (this.example !== null && this.example !== exampleNames[0]) parameters.set('text', this.example);
  }

  async read(parameters: URLSearchParams) {
    const own = await unpackFromLink(parameters.get('c'));
    if (own !== null) this.type(own);
    else await this.takeExample(exampleNames.find((name) => name === parameters.get('text')) ?? exampleNames[0]);
  }
}
