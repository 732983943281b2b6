// The words of what to observe next, in Simplified Chinese.
import { formatCount } from '../format';
import type { observeEnglish } from './observe.en';

export const observeChinese: typeof observeEnglish = {
  title: '下一步观测什么',
  entropy: (target, bits) => `${target} 尚存的不确定性：熵为 ${bits} 比特。`,
  meaning: (best, target, bits, percent) =>
    `观测 ${best} 预期能提供关于 ${target} 的最多信息：${bits} 比特，占其熵的 ${percent}。这是平均值，实际所得的信息取决于观测到的状态。`,
  nothing: (target) => `其余可观测的变量都不提供关于 ${target} 的信息。`,
  certain: (target) => `${target} 已经确定，没有更多可了解的。`,
  targetKnown: (target) => `${target} 已知。请选择另一个查询变量。`,
  noNumbers: '此网络没有数值，无法得知一次观测能提供多少信息。',
  caption: (target) => `各变量能提供的关于 ${target} 的信息`,
  bits: '比特',
  share: '占熵比例',
  show: (variable) => `在图中显示 ${variable}`,
  more: (count) => `… 另有 ${formatCount(count)} 个`,
  fewer: '收起',
  impossible: '证据不可能出现时，无法作出判断。',
  progress: (done, all) => `正在计算：第 ${formatCount(done)} 次传播，共 ${formatCount(all)} 次`,
  stop: '停止',
  stopped: '已停止。',
  again: '计算',
};
