// The words of the view of tokens, in Simplified Chinese.
import { formatCount } from '../format';
import type { tokensEnglish } from './tokens.en';

const tokens = (count: number) => `${formatCount(count)} 个词元`;

export const tokensChinese: typeof tokensEnglish = {
  // ---- Text and tokenizer --------------------------------------------------------------------
  textTitle: '文本与分词器',
  tokenizer: '分词器',
  names: {
    sample: (count) => `学自使用指南（${tokens(count)}）`,
    bytes: (count) => `仅字节（${tokens(count)}）`,
    learned: (count) => `在此学得（${tokens(count)}）`,
  },
  open: '打开…',
  openHint: '打开 tokenizer.json、tiktoken 的秩文件，或同时选择 vocab.json 与 merges.txt；也可打开文本。亦可将文件拖放到页面任意位置',
  save: '保存 tokenizer.json',
  text: '文本',
  placeholder: '输入或粘贴文本',
  recognise: '文本中的特殊词元使用各自的编号',
  noSpecials: '此分词器没有特殊词元。',
  moreSpecials: (count) => `另有 ${formatCount(count)} 个`,
  longLink: '这段文本太长，无法放入地址：本页的链接只包含其余内容。',
  needsVocab: (name) => `${name} 需要对应的 vocab.json：请同时打开或拖放这两个文件`,
  needsMerges: (name) => `${name} 是词表，没有合并规则，需要对应的 merges.txt：请同时打开或拖放这两个文件`,
  whichPattern: (name) => `${name} 没有说明合并之前如何切分文本。请选择切分规则：`,
  openWithPattern: '打开',
  tooLong: (mebibytes) => `文件超过 ${formatCount(mebibytes)} MiB；命令行可以处理任意大小的文本`,
  cannotEncode: '无法编码这段文本',

  tokens,

  // ---- Tokens ----------------------------------------------------------------------------------
  tokensTitle: '词元',
  showings: { text: '文本', ids: '编号', bytes: '字节', table: '表格' },
  tokenCount: '词元数',
  byteCount: '字节数',
  characterCount: '字符数',
  bytesPerToken: '每词元字节数',
  noTokens: '空文本没有词元。',
  stripHelp: '点击词元，或用方向键在词元之间移动。虚线框内的词元共用一个字符。',
  tokenLabel: (token, id, isSpecial) => `${token}，${isSpecial ? '特殊词元' : '编号'} ${id}`,
  tokenTitle: (id, bytes) => `编号 ${id} · ${bytes}`,
  splitTitle: (characters, count) => `${characters} 共占 ${tokens(count)}`,
  columns: { number: '序号', id: '编号', token: '词元', bytes: '字节', characters: '字符', utf8: '是否为 UTF-8' },
  look: (number) => `查看第 ${formatCount(number)} 个词元`,
  valid: '有效',
  partOnly: '不完整',
  pages: '文本的各部分',
  mergePages: '列表的各部分',
  firstPage: '到开头',
  previousPage: '上一页',
  nextPage: '下一页',
  lastPage: '到末尾',
  pageOf: (first, last, all) => `第 ${formatCount(first)}–${formatCount(last)} 个，共 ${formatCount(all)} 个`,

  // ---- Panels ----------------------------------------------------------------------------------
  panelsLabel: '查看内容',
  panels: { token: '合并', compare: '比较', train: '学习' },

  // ---- One token -------------------------------------------------------------------------------
  noToken: '请输入文本，再点击其中的词元。',
  tokenOf: (number, all) => `第 ${formatCount(number)} 个词元，共 ${formatCount(all)} 个`,
  previousToken: '前一个词元',
  nextToken: '后一个词元',
  special: '特殊词元',
  place: '位置',
  bytesFrom: (begin, end) =>
    end - begin === 1 ? `第 ${formatCount(begin)} 字节` : `第 ${formatCount(begin)} 至 ${formatCount(end - 1)} 字节`,
  validAlone: '单独即有效',
  partOf: (characters, count) =>
    count === 1 ? `单独无效：只是 ${characters} 的一部分` : `单独无效：只是 ${characters} 的一部分，后者共占 ${tokens(count)}：`,
  notValid: '单独无效',

  // ---- Merges ----------------------------------------------------------------------------------
  mergesTitle: (piece) => `“${piece}”的合并过程`,
  mergesText: '这一片段起初是一个个字节；随后在所有可合并的相邻对中，反复合并秩最小的一对。',
  kindSpecial: '特殊词元在切分文本之前就整体识别出来。',
  kindWhole: '这一片段整体就在词表中：此分词器不经合并直接采用。',
  kindCharacters: '每个字符就是一个词元：此分词器不做合并。',
  noMerges: (bytes) => (bytes === 1 ? '只有一个字节，无需合并。' : '其中没有可合并的字节对：每个字节就是一个词元。'),
  step: '步骤',
  rank: '秩',
  pair: '相邻对',
  state: '合并之后',
  startBytes: '字节',
  allSteps: (count) => `显示全部 ${formatCount(count)} 步`,
  fewerSteps: '收起',
  firstMerges: (shown, all) => `以上是 ${formatCount(all)} 次合并中的前 ${formatCount(shown)} 次。`,

  // ---- Comparing -------------------------------------------------------------------------------
  compareWhat: (most) => `在这段文本上比较分词器（至多 ${most} 个）`,
  compareCaption: '各分词器在这段文本上的结果',
  vocabulary: '词表大小',
  sideBySide: '并排对照',
  sideBySideText: (differing, all) =>
    differing === 0
      ? '所有边界都相同。'
      : `以各分词器共有的边界为界，共 ${formatCount(all)} 段；其中加框的 ${formatCount(differing)} 段词元不同。`,
  onlyDiffering: '只显示不同之处',
  stretchLabel: (stretch, counts) => `“${stretch}”，词元数：${counts}`,

  // ---- Learning --------------------------------------------------------------------------------
  corpus: '用于学习的文本',
  beginning: (characters) => `这是开头部分；学习时使用全部 ${formatCount(characters)} 个字符。`,
  openText: '打开文本…',
  useText: '使用所示的文本',
  useExample: '使用示例',
  showCorpus: '查看它的词元',
  settings: '设置',
  vocabSize: '词元总数',
  pattern: '文本切分规则',
  patterns: {
    gpt2: 'GPT-2 规则',
    cl100k: 'cl100k 规则（Llama 3 相同）',
    llama3: 'Llama 3 规则',
    o200k: 'o200k 规则',
    whitespace: '按空白切分',
    none: '不切分：整段为一',
  },
  tie: '次数相同的相邻对取',
  ties: { bytes: '字节串最大者', ids: '编号最小者' },
  minFrequency: '相邻对至少出现次数',
  specials: '特殊词元，每行一个',
  learn: '学习',
  learnOne: '合并一次',
  watch: '慢速观看',
  stop: '停止',
  counting: (bytes, total) => `正在统计：${formatCount(bytes)} 字节，共 ${formatCount(total)} 字节`,
  learned: {
    merging: (count, most) => `已合并 ${formatCount(count)} 次，共 ${formatCount(most)} 次`,
    paused: (count, most) => `已合并 ${formatCount(count)} 次，共 ${formatCount(most)} 次。文本已用它编码，可随时继续。`,
    done: (count, most) =>
      count < most ? `合并了 ${formatCount(count)} 次，再没有足够频繁的相邻对。文本已用它编码。` : `合并了 ${formatCount(count)} 次。文本已用它编码。`,
  },
  stale: '文本或设置已更改：将重新开始学习。',
  learnedMerges: '学得的合并，按先后排列',
  result: '词元',
  count: '次数',
  cannotLearn: '无法这样学习',
  exampleCorpus: `低低低低低，更低更低，最宽最宽最宽，最新最新最新最新最新最新。

河水越低，河岸越宽；最新的桥最宽，最慢的船走在最低处。
最新的花开得最慢，最慢的花开在最低的塔下；塔下的花越开越新，越开越宽。
新塔比旧塔低，旧塔比新塔宽。low low lower lowest newest widest
`,
};
