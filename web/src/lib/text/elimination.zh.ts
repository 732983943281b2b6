// The elimination step by step, in Simplified Chinese.
import { formatCount } from '../format';
import type { eliminationEnglish } from './elimination.en';

export const eliminationChinese: typeof eliminationEnglish = {
  views: '步骤的用途',
  viewNames: { steps: '步骤', compare: '比较顺序', quiz: '测验' },
  pruned: '此查询用不到的变量：',
  more: (count) => `… 另有 ${formatCount(count)} 个`,
  fewer: '收起',
  list: (names) => names.join('、'),
  likelihoodSign: (signs) => `${signs.join('、')}：各状态的似然。`,
  withheld: (most) => `仅显示不超过 ${formatCount(most)} 个单元的表中的数值，计算仍用到全部数值。换一种顺序可能使表更小。`,
  jointTitle: '联合概率',
  jointText: '所有变量均已知：答案是每个表各取一个条目的乘积。',
  jointEntry: '条目',
  jointProduct: '乘积',
  toSolution: '写出解答',

  // ---- Getting about ---------------------------------------------------------------------------
  scrub: '步骤中的位置',
  inDetail: '详细',
  inDetailTitle: '依次显示相乘、求和与生成的因子',
  phases: { join: '相乘', sum: '求和', new: '生成因子' },
  placeOf: (step, all, phase) => `第 ${step} 步，共 ${all} 步${phase === null ? '' : `：${phase}`}`,
  tabulated: (shown, all) => `${formatCount(all)} 张表中的 ${formatCount(shown)} 张`,

  // ---- Cells -----------------------------------------------------------------------------------
  cells: '这一格的由来',
  cellsHint: '指向或轻触某个数值，或用方向键在表中移动，即可看到它由什么得来。',
  clearCell: '取消选中的格',
  showJoin: '显示乘积因子',
  hideJoin: '隐藏乘积因子',
  joinTable: (names) => `${names.join('、')} 上乘积因子的表`,
  moreTerms: (count) => `另有 ${formatCount(count)} 项`,
  usedIn: (cell, products, cells, isResult) =>
    `${cell} 是 ${formatCount(products)} 个乘积的因数，进入${isResult ? '结果' : '生成因子'}的 ${formatCount(cells)} 格。`,
  sumOverJoin: (variable) => `把只有 ${variable} 不同的格相加：`,

  // ---- Interaction graph -----------------------------------------------------------------------
  interaction: '交互图',
  interactionHelp: '若某个剩余因子同时含有两个变量，二者之间就有一条边。',
  showAs: '交互图的显示方式',
  graph: '画出',
  table: '列出',
  graphLabel: (variables, edges) => `交互图：${formatCount(variables)} 个变量，${formatCount(edges)} 条边`,
  aroundLabel: (variable) => `${variable} 周围的交互图`,
  eliminated: '正在消去',
  neighbour: '相邻变量',
  asked: '查询变量',
  fillIn: '填充边',
  fillInText: (variable, edges) =>
    edges.length === 0
      ? `消去 ${variable} 不增加边：它的相邻变量已两两相连。`
      : `消去 ${variable} 增加 ${formatCount(edges.length)} 条填充边：${edges.slice(0, 12).join('、')}${
          edges.length > 12 ? `，… 另有 ${formatCount(edges.length - 12)} 条` : ''
        }。`,
  nothingLeft: '只剩下查询变量。',
  beforeText: '尚未消去任何变量。',
  tooMany: (variables, edges) =>
    `${formatCount(variables)} 个变量、${formatCount(edges)} 条边太多，无法画出。每一步显示所消去变量的周围部分。`,
  onlyAround: (variable, all) => `共有 ${formatCount(all)} 个变量，这里只画出 ${variable} 及其相邻变量。`,
  columns: { variable: '消去', neighbours: '相邻变量', fillIn: '填充边' },
  none: '无',

  // ---- Files -----------------------------------------------------------------------------------
  saveSteps: '将步骤保存为',
  saved: (name) => `${name} 已保存`,
  cannotSave: '无法写出此文档',
};
