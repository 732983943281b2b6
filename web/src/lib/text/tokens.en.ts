// The words of the view of tokens, in English.
import { formatCount } from '../format';

const tokens = (count: number) => `${formatCount(count)} ${count === 1 ? 'token' : 'tokens'}`;
const merges = (count: number) => `${formatCount(count)} ${count === 1 ? 'merge' : 'merges'}`;

export const tokensEnglish = {
  // ---- Text and tokenizer --------------------------------------------------------------------
  textTitle: 'Text and tokenizer',
  tokenizer: 'Tokenizer',
  names: {
    sample: (count: number) => `Learned from the guide (${tokens(count)})`,
    bytes: (count: number) => `Bytes alone (${tokens(count)})`,
    learned: (count: number) => `Learned here (${tokens(count)})`,
  },
  open: 'Open…',
  openHint:
    'A tokenizer.json, a rank file of tiktoken, or vocab.json and merges.txt together; a text is opened too. Or drop files anywhere on the page',
  save: 'Save tokenizer.json',
  text: 'Text',
  placeholder: 'Type or paste a text',
  recognise: 'Special tokens in the text have their own ids',
  noSpecials: 'This tokenizer has none.',
  moreSpecials: (count: number) => `and ${formatCount(count)} more`,
  longLink: 'This text is too long for the address: a link to this page has the rest.',
  needsVocab: (name: string) => `${name} needs its vocab.json: open or drop both together`,
  needsMerges: (name: string) => `${name} is a vocabulary without merges; it needs its merges.txt: open or drop both together`,
  whichPattern: (name: string) => `${name} does not say how texts are cut before pairs merge. By which pattern?`,
  openWithPattern: 'Open',
  tooLong: (mebibytes: number) => `It is longer than ${formatCount(mebibytes)} MiB; the command takes texts of any size`,
  cannotEncode: 'This text cannot be encoded',

  tokens,

  // ---- Tokens ----------------------------------------------------------------------------------
  tokensTitle: 'Tokens',
  showings: { text: 'Text', ids: 'Ids', bytes: 'Bytes', table: 'Table' },
  tokenCount: 'Tokens',
  byteCount: 'Bytes',
  characterCount: 'Characters',
  bytesPerToken: 'Bytes per token',
  noTokens: 'A text of nothing has no tokens.',
  stripHelp: 'Press a token, or go from one to the next with the arrow keys. A dashed frame holds tokens that share a character.',
  tokenLabel: (token: string, id: number, isSpecial: boolean) => `${token}, ${isSpecial ? 'special token' : 'id'} ${id}`,
  tokenTitle: (id: number, bytes: string) => `id ${id} · ${bytes}`,
  splitTitle: (characters: string, count: number) => `${characters} takes ${tokens(count)} together`,
  columns: { number: 'No.', id: 'Id', token: 'Token', bytes: 'Bytes', characters: 'Characters', utf8: 'UTF-8' },
  look: (number: number) => `Look at token ${formatCount(number)}`,
  valid: 'valid',
  partOnly: 'in part',
  pages: 'Parts of the text',
  mergePages: 'Parts of the list',
  firstPage: 'To the first',
  previousPage: 'Back',
  nextPage: 'On',
  lastPage: 'To the last',
  pageOf: (first: number, last: number, all: number) => `${formatCount(first)}–${formatCount(last)} of ${formatCount(all)}`,

  // ---- Panels ----------------------------------------------------------------------------------
  panelsLabel: 'What to look at',
  panels: { token: 'Merges', compare: 'Compare', train: 'Learn' },

  // ---- One token -------------------------------------------------------------------------------
  noToken: 'Type a text, and press one of its tokens.',
  tokenOf: (number: number, all: number) => `Token ${formatCount(number)} of ${formatCount(all)}`,
  previousToken: 'The token before',
  nextToken: 'The next token',
  special: 'a special token',
  place: 'Place',
  bytesFrom: (begin: number, end: number) =>
    end - begin === 1 ? `byte ${formatCount(begin)}` : `bytes ${formatCount(begin)} to ${formatCount(end - 1)}`,
  validAlone: 'Valid by itself',
  partOf: (characters: string, count: number) =>
    count === 1 ? `Not valid by itself: a part of ${characters}` : `Not valid by itself: a part of ${characters}, which takes ${tokens(count)} together:`,
  notValid: 'Not valid by itself',

  // ---- Merges ----------------------------------------------------------------------------------
  mergesTitle: (piece: string) => `How ‘${piece}’ merges`,
  mergesText: 'This piece of the text starts as bytes. Then, of all pairs that merge, that of the lowest rank does, again and again.',
  kindSpecial: 'A special token is found as it is, before the text is cut into pieces.',
  kindWhole: 'This piece is in the vocabulary as a whole: this tokenizer takes it without merging.',
  kindCharacters: 'Each character is a token: this tokenizer does not merge.',
  noMerges: (bytes: number): string => (bytes === 1 ? 'A single byte: there is nothing to merge.' : 'No pair of its bytes merges: each is a token.'),
  step: 'Step',
  rank: 'Rank',
  pair: 'Pair',
  state: 'What there is then',
  startBytes: 'bytes',
  allSteps: (count: number) => `Show all ${formatCount(count)} steps`,
  fewerSteps: 'Show fewer',
  firstMerges: (shown: number, all: number) => `These are the first ${formatCount(shown)} of ${merges(all)}.`,

  // ---- Comparing -------------------------------------------------------------------------------
  compareWhat: (most: number) => `Compare up to ${most} tokenizers on the text`,
  compareCaption: 'The tokenizers on the text',
  vocabulary: 'Vocabulary',
  sideBySide: 'Side by side',
  sideBySideText: (differing: number, all: number) =>
    differing === 0
      ? 'All boundaries are the same.'
      : `Boundaries that all of them have cut the text into ${formatCount(all)} stretches. In ${formatCount(differing)}, which are framed, the tokens differ.`,
  onlyDiffering: 'Only where they differ',
  stretchLabel: (stretch: string, counts: string) => `‘${stretch}’, tokens: ${counts}`,

  // ---- Learning --------------------------------------------------------------------------------
  corpus: 'Text to learn from',
  beginning: (characters: number) => `The beginning; all ${formatCount(characters)} characters are learned from.`,
  openText: 'Open a text…',
  useText: 'Take the text on show',
  useExample: 'Take the example',
  showCorpus: 'Show its tokens',
  settings: 'Settings',
  vocabSize: 'Tokens in all',
  pattern: 'Texts are cut by',
  patterns: {
    gpt2: 'GPT-2',
    cl100k: 'cl100k, Llama 3',
    llama3: 'Llama 3',
    o200k: 'o200k',
    whitespace: 'white space',
    none: 'nothing: one piece',
  },
  tie: 'Of equally frequent pairs',
  ties: { bytes: 'the greatest bytes', ids: 'the smallest ids' },
  minFrequency: 'A pair occurs at least',
  specials: 'Special tokens, one a line',
  learn: 'Learn',
  learnOne: 'One merge',
  watch: 'Watch',
  stop: 'Stop',
  counting: (bytes: number, total: number) => `Counting the words: ${formatCount(bytes)} of ${formatCount(total)} bytes`,
  learned: {
    merging: (count: number, most: number) => `${formatCount(count)} of ${merges(most)}`,
    paused: (count: number, most: number) => `${formatCount(count)} of ${merges(most)}. They are in use for the text; go on whenever you like.`,
    done: (count: number, most: number) =>
      count < most ? `${merges(count)}: no other pair is frequent enough. They are in use for the text.` : `${merges(count)}. They are in use for the text.`,
  },
  stale: 'Text or settings have changed since: learning begins anew.',
  learnedMerges: 'The merges learned, in their order',
  result: 'Token',
  count: 'Times',
  cannotLearn: 'Nothing can be learned like this',
  exampleCorpus: `low low low low low lower lower widest widest widest newest newest newest newest newest newest

The lower the river, the wider the banks; the newest bridge is the widest, and the slowest boat goes lowest.
She knows the newest showers: lower showers are slower, and slower showers grow flowers.
The tower was lower than the newer tower, and the flowers below the tower were the slowest to grow.
`,
};
