// The words of the page in Simplified Chinese: as in en.ts. The terms are those of Chinese textbooks on graphical
// models; a blank stands between Chinese and what is written in Latin letters or digits.
import { formatCount, formatPercent } from '../format';
import { eliminationChinese } from './elimination.zh';
import { evidenceChinese } from './evidence.zh';
import type { Catalogue } from './en';
import { editChinese } from './edit.zh';

export const chinese: Catalogue = {
  product: 'Likelore',
  skip: '跳到正文',
  viewBayes: '贝叶斯网络',
  viewNaive: '朴素贝叶斯',
  viewTokens: '词元',
  viewLanguage: '语言模型',
  views: '视图',
  toDark: '切换到深色主题',
  toLight: '切换到浅色主题',
  local: '所有计算都在浏览器中完成，打开的文件不会离开本机。',
  dropHere: '松开即可打开',
  dismiss: '关闭',
  inLanguage: '页面现在以中文显示。',
  languageFailed: '另一种语言未能加载，请在联网后重试',

  // ---- Bayesian network: opening -------------------------------------------------------------
  network: '网络',
  openNetwork: '打开…',
  openNetworkHint: '打开网络文件（BIF、XMLBIF、HUGIN .net、XDSL、UAI 或 JSON），也可将文件拖放到页面任意位置',
  exampleGroup: '示例',
  generatedExample: (count) => `生成的网络：${formatCount(count)} 个节点`,
  opening: '正在打开…',
  ownFile: (name) => `${name}（本地文件）`,
  examples: {
    abcd: '练习：A、B、C 与 D',
    asia: '亚洲（Asia）：胸科门诊',
    cancer: '癌症（Cancer）',
    earthquake: '地震（Earthquake）',
    homework: '作业：防盗警报',
    'homework-structure': '作业：仅有结构',
    'monty-hall': '蒙提霍尔问题（Monty Hall）',
    'naive-bayes': '朴素贝叶斯：感冒、流感还是过敏',
    sprinkler: '洒水器（Sprinkler）',
    student: '学生（Student）',
  },
  noExample: (id) => `没有名为 ${id} 的示例`,
  cannotOpen: '无法打开此文件',
  normalizeAndOpen: '将各行归一化后打开',
  cannotCompute: '无法完成此计算',
  exact: '分数',
  exactTitle: '凡放得下之处都显示精确分数',
  reckoning: '正在计算分数…',
  noFractions: '此处没有分数，仍以小数为准',
  fractionLength: (characters) => `（共 ${formatCount(characters)} 个字符）`,
  fraction: '分数',
  engineFailed: '计算引擎未能启动，请重新加载页面再试',
  lineAndColumn: (line, column?) => (column ? `第 ${line} 行第 ${column} 列` : `第 ${line} 行`),
  byte: (offset) => `第 ${offset} 字节`,

  // ---- Graph ---------------------------------------------------------------------------------
  showAs: '显示方式',
  graph: '图形',
  table: '表格',
  graphLabel: (network) => `网络 ${network} 的图`,
  zoomIn: '放大',
  zoomOut: '缩小',
  zoomFit: '适应窗口',
  zoomFitTitle: '显示整个网络',
  stateLabel: (variable, state, p, observed) =>
    observed
      ? `${variable} = ${state}，已观测`
      : `${variable} = ${state}${p === undefined ? '' : `，概率 ${p}`}`,
  askAbout: (variable) => `查询 ${variable}`,
  variable: '变量',
  state: '状态',
  probability: '概率',
  observation: '观测',
  observe: '观测',
  observeOne: (variable, state) => `观测 ${variable} = ${state}`,
  clear: '清除',
  tableCaption: '给定证据时各状态的概率',

  // ---- Graph: getting about ------------------------------------------------------------------
  graphHelp:
    '点击状态即设为观测值，再次点击则清除；拖动概率条可输入似然；点击右键或长按可打开菜单。点击变量名可将其设为查询变量。可按住变量名拖动节点，或拖动空白处；按住 Ctrl 滚动滚轮，或用两指，可缩放。',
  graphKeys: '按键',
  graphKeyList: [
    ['方向键', '在状态和节点之间移动'],
    ['Enter', '设为观测值、设为查询变量、展开其余状态，或放大过小的节点'],
    ['D', '打开状态的菜单：观测、干预、似然、清除（也可按 Shift + F10）'],
    ['L', '打开节点的似然'],
    ['Shift + 方向键', '移动节点本身'],
    ['+ − 0', '放大、缩小、显示全部'],
    ['Ctrl + F', '按名称查找节点'],
  ],
  graphShown: (shown, all) => `显示了 ${formatCount(all)} 个节点中的 ${formatCount(shown)} 个；表格列出全部节点。`,
  layingOut: '正在布局…',
  tidy: '整理',
  tidyTitle: '重新布局，不保留移动过的位置',
  search: '查找…',
  searchTitle: '按名称查找节点（在图中按 Ctrl+F）',
  searchLabel: '名称的一部分',
  searchHits: '找到的节点',
  searchClose: '关闭查找',
  searchCount: (count) => (count === 0 ? '没有名称包含它的节点' : `${formatCount(count)} 个节点`),
  smallNodeLabel: (variable, best, observed, asked) =>
    [
      variable,
      best === null ? '' : observed ? `已观测到 ${best.state}` : `最可能为 ${best.state}，${formatPercent(best.p)}`,
      asked ? '查询变量' : '',
      '放大显示',
    ]
      .filter((part) => part !== '')
      .join('，'),
  moreStates: (count) => `… 另有 ${formatCount(count)} 个`,
  moreStatesOf: (variable, count) => `${variable}：再显示 ${formatCount(count)} 个状态`,
  fewerStates: '收起',
  fewerStatesOf: (variable) => `${variable}：收起状态`,
  parentMark: '父节点',
  childMark: '子节点',
  relationMarks: { left: '变量 X', right: '变量 Y', given: '已知', blocking: '阻断' },

  // ---- Editing -------------------------------------------------------------------------------
  edit: editChinese,

  // ---- Evidence ------------------------------------------------------------------------------
  evidence: '证据',
  computing: '正在计算…',
  noEvidence: '尚无观测，点击某个状态即可添加',
  clearAll: '全部清除',
  clearOne: (variable, state) => `清除 ${variable} = ${state}`,
  clearFinding: (finding: string) => `清除 ${finding}`,
  impossible: '这些观测不可能同时出现',
  impossibleNoSteps: '证据不可能成立，没有步骤可以显示。',
  pEvidence: 'P(e)',
  log10Evidence: 'log₁₀ P(e)',
  log10Z: 'log₁₀ Z',
  evidenceTitle: '证据的概率',

  ...evidenceChinese,

  // ---- Panels --------------------------------------------------------------------------------
  panelsLabel: '对网络做什么',
  panels: {
    elimination: '变量消元',
    factors: '因子',
    independence: '独立性',
    tables: '概率表',
    observe: '下一步观测',
    report: '解答',
  },
  remedies: {
    normalize: '请在文件中将该行的各数除以它们的和。',
    unseen: '请将该项留空。',
    ignore: '请填写该列，或将其删除。',
  },
  panelFailed: '这个面板无法加载；请在有网络连接时重试',
  viewFailed: '此视图未能加载，请在联网后重试',

  // ---- Worked solution -----------------------------------------------------------------------
  saveAs: '保存为',
  saveAsFormat: (format) => `保存为 ${format}`,
  cannotSave: '无法保存',

  // ---- Elimination ---------------------------------------------------------------------------
  elimination: '变量消元：逐步演示',
  target: '查询变量',
  order: '消元顺序',
  orders: {
    'min-fill': '最小填充',
    'min-weight': '最小权重',
    'min-degree': '最小度',
    'weighted-min-fill': '加权最小填充',
    optimal: '最优（小型网络）',
    own: '自定顺序',
  },
  timeline: '步骤',
  timelineHelp:
    '拖动变量可改变消元顺序；也可选中一个变量，再用两侧的箭头移动它（键盘：Alt 加左右方向键）。',
  start: '开始',
  result: '结果',
  eliminate: (variable) => `消去 ${variable}`,
  moveEarlier: '提前消去',
  moveLater: '推后消去',
  first: '第一步',
  previous: '上一步',
  next: '下一步',
  last: '最后一步',
  play: '播放',
  pause: '暂停',
  startText: (count) =>
    `代入观测值后，联合分布等于 ${count} 个因子的乘积。每一步把含有某个变量的因子相乘，再对该变量求和，从而将其消去。`,
  nothingToEliminate: '没有其他变量需要消去，归一化即得结果。',
  targetObserved: (variable) => `${variable} 已被观测，无需查询。请选择其他变量。`,
  multiplyText: (variable, count) =>
    count === 1
      ? `只有一个因子含有 ${variable}，直接对它求和。`
      : `有 ${count} 个因子含有 ${variable}，先将它们相乘，得到乘积因子：`,
  joinOver: (names) => `乘积因子，作用域 {${names.join(', ')}}`,
  sumOut: (variable) => `对 ${variable} 求和，将其消去`,
  formula: '此步骤的公式',
  question: '查询的公式',
  allOnes: '= 1，与数值无关',
  remaining: '剩余因子',
  resultText: '将剩余因子相乘，再除以总和：',
  sizes: '各表的大小',
  sizesHelp: '大小指作用域中未观测变量的个数，格数指表中数值的个数。',
  sizesColumns: {
    step: '消去',
    join: '乘积因子',
    generated: '生成因子',
    multiplications: '乘法次数',
    additions: '加法次数',
  },
  size: (size, cells) => `大小 ${size}，${formatCount(cells)} 格`,
  namedSize: (name, size, cells) => `${name}：${chinese.size(size, cells)}`,
  sizeShort: (size, cells) => `${size} / ${formatCount(cells)}`,
  sizeShortTitle: '大小 / 格数',
  largestGenerated: '最大的生成因子',
  largestJoin: '最大的乘积因子',
  largestInitial: '最大的初始因子',
  total: '合计',
  factorTable: (name) => `${name} 的表`,
  noValues: '此网络没有数值。仅凭结构即可进行变量消元。',
  moreRows: (count) => `再显示 ${formatCount(count)} 行`,
  none: '无',
  value: '值',

  steps: eliminationChinese,

  // ---- Language model ------------------------------------------------------------------------
  bundledModel: '《白鲸》字符级模型',
  ownModel: '本地检查点',
  missingFiles: (names) =>
    `检查点由三个文件组成，缺少：${names.join('、')}。请选择整个文件夹，或同时选择全部文件。`,
  cannotWrite: '模型无法继续',
};
