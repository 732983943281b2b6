// The words of the panel of independence, in Simplified Chinese.
import { formatCount } from '../format';
import type { independenceEnglish } from './independence.en';

const list = (names: readonly string[]) => names.join('、');
const trail = (directed: boolean) => (directed ? '迹' : '路径');

export const independenceChinese: typeof independenceEnglish = {
  title: '独立性',
  tooFew: '独立性涉及两个变量，而此网络只有一个变量。',

  // ---- The question
  left: '变量 X',
  right: '变量 Y',
  given: '已知变量 Z',
  swap: '交换 X 与 Y',
  nothingKnown: '无',
  addKnown: '添加…',
  addKnownLabel: '已知变量名称的一部分',
  hits: '找到的变量',
  noHit: '没有其他变量的名称包含它',
  takeObserved: '采用当前证据',
  takeObservedTitle: '以证据中的变量为已知变量，不论其取何状态',
  forgetAll: '全部移除',
  forget: (name) => `${name} 已知，点击移除`,
  picking: '在图中点击变量名可选择',
  roles: { left: '变量 X', right: '变量 Y', given: '已知变量' },
  pickRight: (name) => `选择 ${name} 为变量 Y`,
  pickGiven: (name) => `将 ${name} 设为已知变量`,
  question: (left, right, given) =>
    given.length > 0 ? `给定 ${list(given)}，${left} 与 ${right} 是否独立？` : `${left} 与 ${right} 是否独立？`,

  // ---- All variables at once
  all: '其他所有变量',
  ofWhich: (left, given) =>
    given.length > 0 ? `给定 ${list(given)}，${left} 与哪些变量独立？` : `${left} 与哪些变量独立？`,
  independents: (count, directed) => `独立（${directed ? 'd-分离' : '分离'}）：${formatCount(count)} 个`,
  dependents: (count, directed) => `不保证独立（${directed ? 'd-连通' : '连通'}）：${formatCount(count)} 个`,
  independentsWhy: '无论数值如何都独立。',
  dependentsWhy: '个别变量仍可能因数值巧合而独立。',
  none: '无。',
  pressOne: '点击变量可查看原因，该变量将成为变量 Y。',

  // ---- The verdict
  byStructure: '从结构看',
  byNumbers: '从数值看',
  decided: (independent, how) => `${independent ? '是' : '否'}：${how}`,
  separated: (directed) => (directed ? 'd-分离' : '分离'),
  connected: (directed) => (directed ? 'd-连通' : '连通'),
  separatedWhy: (directed, some) =>
    `${some ? `所有${trail(directed)}均被阻断` : `两者之间没有${trail(directed)}`}，因此无论数值如何，两者都独立。`,
  connectedWhy: (directed) => `存在有效${trail(directed)}，因此仅凭结构不能断定两者独立。`,
  equal: '相等',
  different: '不等',
  equalExactly: '以分数比较，所有条件概率均相等。',
  equalWithin: (tolerance, largest) => `任何条件概率之差都不超过 ${tolerance}，最大差值为 ${largest}。`,
  largest: (difference) => `最大差值为 ${difference}：`,
  nothingToCompare: '无可比较：Y 只有一个可能的状态。',
  noNumbers: '此网络没有数值，只能从结构判断。',
  notCompared: '未比较数值：',
  agree: '两种判断一致。',
  disagree: '两种判断不一致：虽有有效迹，这些数值却恰好使两者独立。换用其他数值时，两者一般会相互依赖。',
  disagreeByRounding: '两种判断不一致：数值之差超出舍入误差所能解释的范围。',
  asking: '正在查找迹…',

  // ---- Trails
  trails: (directed) => (directed ? '迹' : '路径'),
  count: (all, active, countedAll, directed) =>
    countedAll
      ? `共 ${formatCount(all)} 条${trail(directed)}，其中 ${formatCount(active)} 条有效`
      : `${trail(directed)}多于 ${formatCount(all)} 条，其中至少 ${formatCount(active)} 条有效；计数到此为止`,
  more: (count, countedAll) => `… 另有${countedAll ? ' ' : '超过 '}${formatCount(count)} 条，此处只列出最短的。`,
  noTrails: '无论沿箭头还是逆箭头，两者之间都没有通路。',
  trailsHelp: '指向一条迹，或用 Tab 键移到它上面，即可在图中看到它；点击可将其保留在图中。',
  active: '有效',
  blockedAt: (name) => `在 ${name} 处被阻断`,
  trailLabel: (verdict, spoken) => `${verdict}：${spoken}`,
  from: (name) => `从 ${name} 出发`,
  along: (name) => `顺箭头到 ${name}`,
  against: (name) => `逆箭头到 ${name}`,
  edgeTo: (name) => `沿边到 ${name}`,
  join: (parts) => parts.join('，'),
  kinds: { chain: '链式结构', fork: '分叉结构', collider: '对撞结构', undirected: '在路径上' },
  reasons: {
    passed: () => '未知，迹可通过。',
    known: () => '已知，迹在此被阻断。',
    'known collider': () => '已知，迹因此在此打开。',
    'known descendant': (descendant) => `其后代 ${descendant} 已知，迹因此在此打开。`,
    'closed collider': () => '它及其后代均未知，迹在此被阻断。',
  },
  direct: (directed) => `一条${directed ? '箭头' : '边'}直接连接两者，无法阻断。`,
  opens: '打开',
  blocks: '阻断',
  junctions: '逐个说明途经的变量',

  // ---- What would change it
  change: '怎样会改变结论',
  changeTo: (verdict) => `两者将变为 ${verdict}。`,
  alsoKnow: (names) => `再给定 ${list(names)}`,
  forgetThese: (names) => `不再给定 ${list(names)}`,
  alsoKnowAndForget: (added, removed) => `再给定 ${list(added)}，并不再给定 ${list(removed)}`,
  obstacles: {
    arrow: '给定任何变量都不能使两者分离：它们之间有箭头直接相连。',
    edge: '给定任何变量都不能使两者分离：它们之间有边直接相连。',
    'no separator': '给定任何变量都不能使两者分离。',
    'no trail': '给定任何变量都不能使两者连通。',
  },

  // ---- The numbers beside each other
  compare: '数值对照',
  compareHelp: '选择状态：',
  stateOf: (name) => `${name} 的状态`,
  difference: '差值',
  cannotHappen: '这些状态不可能同时出现，无可比较，请选择其他状态。',
};
