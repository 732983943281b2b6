// The words of comparing elimination orders, in Simplified Chinese.
import { formatCount } from '../format';
import type { compareEnglish } from './compare.en';

export const compareChinese: typeof compareEnglish = {
  saveOrders: '将比较保存为',
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
};
