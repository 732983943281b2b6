// The words of the quiz on elimination, in Simplified Chinese.
import { formatCount } from '../format';
import type { quizEnglish } from './quiz.en';

export const quizChinese: typeof quizEnglish = {
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
