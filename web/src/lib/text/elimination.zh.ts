// The elimination step by step, in Simplified Chinese.
import { formatCount } from '../format';
import type { englishElimination } from './elimination.en';

export const chineseElimination: typeof englishElimination = {
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
  saveOrders: '将比较保存为',
  saved: (name) => `${name} 已保存`,
  cannotSave: '无法写出此文档',

  // ---- Orders compared -------------------------------------------------------------------------
  compare: '消元顺序的比较',
  addOrder: '添加顺序',
  addOrderHint: '变量，按消去先后：E, H, A',
  add: '添加',
  addCurrent: '添加当前顺序',
  unknownVariable: (name) => `没有名为 ${name} 的未观测变量`,
  emptyOrder: '请至少写出一个变量',
  twiceInOrder: (name) => `${name} 出现了两次`,
  targetInOrder: (name) => `${name} 是查询变量，不会被消去`,
  takeOrder: (order) => `采用顺序 ${order}`,
  removeOrder: (order) => `移除顺序 ${order}`,
  inUse: '当前',
  best: '最优',
  orderColumns: {
    order: '顺序',
    width: '宽度',
    generated: '最大生成因子',
    join: '最大乘积因子',
    initial: '最大初始因子',
    cells: '生成的总格数',
  },
  refused: '没有这个顺序：',
  widthHelp: '宽度等于最大乘积因子的变量个数减一。★ 标出每列中的最优者。',
  chart: '每一步乘积因子的格数',
  chartHelp: '每根条形表示一步的乘积因子，其中较深的部分是由它得到的生成因子；采用对数刻度。',
  chartShowAs: '大小的显示方式',
  chartLabel: (order, sizes) => `${order}：${sizes.slice(0, 40).join('、')}${sizes.length > 40 ? '…' : ''}`,
  barTitle: (step, variable, join, generated) =>
    `第 ${step} 步，${variable}：乘积因子 ${formatCount(join)} 格，生成因子 ${formatCount(generated)} 格`,
  stepColumn: (step) => `第 ${step} 步`,
  inWords: '文字说明',
  comparing: '正在比较…',
  noElimination: '没有变量需要消去，因此无可比较。',

  // ---- Quiz ------------------------------------------------------------------------------------
  quiz: '测验',
  quizHelp: '先作答，随后给出正确答案及理由。',
  score: (right, asked) => `${asked} 题中答对 ${right} 题`,
  questionOf: (step, all) => `第 ${step} 步，共 ${all} 步`,
  criterion: '依据的规则',
  askNext: (rule) => `按${rule}，下一个最宜消去哪个变量？`,
  askScope: (variable) => `现在消去 ${variable}。生成的因子含有哪些变量？`,
  askCell: (cell) => `${cell} 等于多少？`,
  askCellHint: '至少三位有效数字的小数，或一个分数',
  noneOfThem: '若生成的因子只是一个数，则一个也不选。',
  factorsNow: '现有因子',
  check: '检查',
  giveUp: '告诉我答案',
  nextQuestion: '下一题',
  startAgain: '重新开始',
  right: '正确。',
  wrong: '不完全对。',
  told: '答案：',
  finished: (right, asked) => `这是最后一步：${asked} 题中答对 ${right} 题。`,
  choose: '请先选择一个变量。',
  notNumber: '这既不是小数，也不是 3/8 这样的分数。',
  needDigits: '到此为止是对的：请至少给出三位有效数字。',
  costs: {
    'min-fill': (variable, cost) =>
      cost === 0 ? `消去 ${variable} 不增加边` : `消去 ${variable} 增加 ${formatCount(cost)} 条边`,
    'min-degree': (variable, cost) => `${variable} 有 ${formatCount(cost)} 个相邻变量`,
    'min-weight': (variable, cost) => `消去 ${variable} 生成 ${formatCount(cost)} 格的因子`,
    'weighted-min-fill': (variable, cost) =>
      cost === 0 ? `消去 ${variable} 不增加边` : `消去 ${variable} 所增各边的总权重为 ${formatCount(cost)}`,
  },
  whyNext: (chosen, least, alone) => (alone ? `${chosen}：没有代价更小的。` : `${chosen}；而${least}。`),
  alsoBest: (names) => `同样好的还有：${names.join('、')}。`,
  orderTakes: (variable) => `当前顺序接着消去 ${variable}。`,
  costTable: '消去各变量的代价',
  costColumns: { variable: '变量', cost: '代价' },
  whyScope: (variable, factors, union, scope) =>
    `含有 ${variable} 的因子是 ${factors.join('、')}。它们合起来含有 {${union.join(', ')}}，去掉 ${variable} 即为 {${scope.join(', ')}}。`,
  missing: (names, variable) => `漏选：${names.join('、')}，它们与 ${variable} 同在某个因子中。`,
  extra: (names, variable) => `多选：${names.join('、')}，没有因子同时含有它们与 ${variable}。`,
  extraItself: (variable) => `${variable} 本身已被求和消去。`,
  whyCell: '把相互对应的格相乘，再相加：',
  noQuiz: '没有变量需要消去，因此无题可问。',
};
