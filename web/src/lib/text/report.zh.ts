// The words of the worked solution, in Simplified Chinese.
import type { reportEnglish } from './report.en';

export const reportChinese: typeof reportEnglish = {
  title: '详细解答',
  help: '每行写一个问题，每个答案的求解过程都会写在下方。',
  writeUp: '写出当前内容的解答',
  observedOnly: '似然证据和干预未写入：解答只考虑观测到的状态。',
  add: '添加问题',
  kinds: {
    posterior: '后验概率',
    evidence: 'P(证据)',
    comparison: '最后一个观测有影响吗？',
    independence: '是否独立？',
  },
  compared: '要比较的状态',
  everyState: '所有状态',
  needs: {
    posterior: '请查询一个未观测的变量',
    evidence: '请先观测一个状态',
    comparison: '请先观测一个状态，并查询另一个变量',
    independence: '请先观测一个状态，并查询另一个变量',
  },
  sheet: '问题',
  notation: '问题的写法',
  signs: '+a 与 -a 是 A 的第一个和第二个状态；A=yes 可写出任何变量的状态。',
  ask: '添加到问题中',
  notations: {
    joint: '全部同时成立的概率；若包含所有变量，就是各表条目的乘积',
    posterior: '用贝叶斯公式计算',
    table: '所有状态的表',
    comparison: '一个变量是否提供关于另一个的信息：分别从数值和结构判断',
    conditional: '同上，但已知某个变量',
    trace: '逐步进行变量消元；后面可写 order … 指定顺序',
    orders: '并列比较几种消元顺序',
    independence: '分别从结构和数值判断是否独立',
    title: '给解答加上标题',
  },
  cannotWrite: '无法写出解答',
  written: '解答已写在下方。',
};
