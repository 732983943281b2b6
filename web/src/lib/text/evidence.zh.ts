// 已知信息的文字：菜单、似然、干预、冲突。
import { formatCount } from '../format';
import type { evidenceEnglish } from './evidence.en';

export const evidenceChinese: typeof evidenceEnglish = {
  menuOf: (what) => `对 ${what} 的操作`,
  menuButton: (what) => `${what} 的更多操作`,
  menuObserve: (what) => `观测 ${what}`,
  menuSet: (what) => `干预：do(${what})`,
  menuLikelihood: '似然…',
  menuClear: '清除',
  menuAsk: (variable) => `查询 ${variable}`,

  likelihoodOf: (what) => `${what} 的似然`,
  likelihoodHelp: '所见现象与各状态相符的程度。只有比值起作用：1 与 0.5 等同于 2 与 1。全为 1 不含任何信息，0 表示排除该状态。',
  likelihoodWrong: '每个数都不得为负，且至少有一个大于 0。',
  likelihoodDone: '完成',
  likelihoodClear: '清除',
  editFinding: (finding) => `编辑 ${finding}`,
  withLikelihood: (label, likelihood) => `${label}，似然 ${likelihood}`,

  findingKinds: { observed: '观测', likelihood: '似然', set: '干预' },
  stateSetLabel: (variable, state) => `${variable} = ${state}，由外部设定`,
  setNote: (names) => `由外部设定：${names.join('、')} 不再受其父节点影响。`,
  setMark: 'do',
  pEvidenceSet: 'P(e | do)',
  evidenceTitleSet: '切断指向被设定变量的边之后，所观测到的证据的概率；被设定的变量本身不计入',
  evidenceTitleLikelihood: '证据的概率；似然值按所写数值计入，最大值超过 1 时先除以最大值',

  conflictTitle: (count) => (count === 1 ? '这一情况不可能出现' : `这 ${formatCount(count)} 项观测不可能同时出现`),
  conflictAlone: (finding) => `无论还观测到什么，${finding} 的概率都为 0。`,
  conflictPair: '两者单独都有可能，但不能同时成立。',
  conflictMany: '去掉其中任何一项，其余各项都有可能；合在一起则不可能。',
  conflictForced: (others, variable, states) => `给定 ${others.join('、')}，${variable} 只可能为 ${states.join(' 或 ')}。`,
  conflictSet: (set) => `以上以 ${set.join('、')} 由外部设定为前提。`,
  conflictOthers: (others) => `与此无关：${others.join('、')}。`,
  conflictClear: '请清除其中一项：',
  conflictMark: '冲突',
};
