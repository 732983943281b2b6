// The words of the editing bar and of the tables, in Simplified Chinese.
import { formatCount, formatValue } from '../format';
import type { editorEnglish } from './editor.en';

export const editorChinese: typeof editorEnglish = {
  toolsLabel: '编辑网络',
  networkName: '网络名称',
  addNode: '添加节点',
  addNodeTitle: '添加节点（在图中按 N，或双击空白处）',
  connect: '连接…',
  connectTitle: '绘制箭头（在图中按 C，或从节点下方的手柄拖出）',
  connectLabel: '绘制箭头',
  from: '从',
  to: '到',
  drawArrow: '绘制箭头',
  cancel: '取消',
  remove: (what) => (what === '' ? '删除' : `删除 ${what}`),
  removeTitle: '删除选中的箭头或查询变量（在图中按删除键）',
  arrow: (from, to) => `${from} → ${to}`,
  undo: '撤销',
  redo: '重做',
  undoTitle: '撤销（Ctrl+Z）',
  redoTitle: '重做（Ctrl+Shift+Z）',
  help: '双击空白处添加节点，从节点下方的手柄拖出箭头，点击箭头可选中它。在图中：按 N 添加，按 C 连接，按 F2 命名，按删除键删除。',
  renamed: (name) => `已重命名为 ${name}`,
  moved: (name) => `已移动 ${name}`,
  tableTitle: '条件概率表',
  variableLabel: (name) => `变量 ${name}`,
  name: '名称',
  states: '状态',
  stateLabel: (number) => `状态 ${number}`,
  stateName: (number) => `状态${number}`,
  addState: '添加状态',
  stateAdded: (state) => `已添加状态 ${state}，其概率为 0`,
  moveUp: (state) => `上移 ${state}`,
  moveDown: (state) => `下移 ${state}`,
  removeState: (state) => `删除状态 ${state}`,
  parents: '父节点',
  addParent: (name) => `为 ${name} 添加父节点`,
  addParentShort: '添加父节点…',
  removeArrow: (from, to) => `删除箭头 ${from} → ${to}`,
  noTable: (name) => `${name} 没有概率表：此网络只有结构。`,
  makeTables: '将所有概率表填为均匀分布',
  tablesMade: '所有概率表现已填为均匀分布',
  gridLabel: (name) => `${name} 的条件概率表`,
  gridTools: '单元格、行与表',
  gridHelp: '可输入小数、百分数或 1/3 这样的分数；只有两个状态时，另一格自动补足。回车键下移，制表键右移，退出键放弃输入。可从电子表格粘贴一片单元格。',
  followed: (state, value) => `${state} 现在是 ${value}`,
  cellLabel: (row, state) => (row === '' ? state : `${row}：${state}`),
  sum: '合计',
  notOne: '不为 1',
  locked: '已锁定',
  unlocked: '已解锁',
  lockCell: '锁定单元格',
  lockRow: '锁定此行',
  lockTitle: '修复时锁定的数值保持不变',
  uniform: '均匀填充此行',
  uniformTitle: '此行各状态概率相等',
  uniformDone: '此行各状态概率现已相等',
  repairRow: '修复此行',
  repairTitle: '按比例调整未锁定的数值，使合计为 1',
  repairAll: (count) => (count > 1 ? `修复 ${formatCount(count)} 行` : '修复整表'),
  repaired: (count) => (count === 1 ? '此行合计现为 1' : `${formatCount(count)} 行合计现为 1`),
  pasted: (cells) => `已粘贴 ${formatCount(cells)} 个数值`,
  unfinished: (variable, row, more) =>
    `${row === '' ? `${variable} 的概率表` : `${variable} 的概率表中 ${row} 一行`}合计不为 1。在改正之前，概率按该行上一次合计为 1 时的数值计算${more > 0 ? `（另有 ${formatCount(more)} 行亦如此）` : ''}。`,
  showTable: '显示概率表',
  forgetShort: '删除网络',
  forgetTitle: '从此浏览器中删除这个网络',
  forgetQuestion: (name) => `永久删除“${name}”？`,
  forget: '删除',
  refusedTitle: '无法执行此操作',
  refused: (reason) => {
    switch (reason.kind) {
      case 'cycle':
        return `${reason.path.join(' → ')} 会构成环。`;
      case 'unknown':
        return `没有名为 ${reason.name} 的变量。`;
      case 'empty':
        return '名称不能为空。';
      case 'long':
        return `名称不得超过 ${formatCount(reason.most)} 字节。`;
      case 'taken':
        return `已有名为 ${reason.name} 的变量。`;
      case 'state-taken':
        return `${reason.variable} 已有名为 ${reason.name} 的状态。`;
      case 'arrow':
        return `从 ${reason.from} 到 ${reason.to} 的箭头已存在。`;
      case 'last-variable':
        return '网络至少要有一个变量。';
      case 'last-state':
        return `${reason.variable} 只有这一个状态。`;
      case 'too-large':
        return `${reason.variable} 的概率表将有 ${formatCount(reason.cells)} 格，此处最多 ${formatCount(reason.most)} 格。`;
      case 'not-a-number':
        return `“${reason.text}”不是概率。请输入 0.25 这样的小数、25% 这样的百分数或 1/4 这样的分数，且不得为负。`;
      case 'locked':
        return `此行锁定的单元格合计已达 ${formatValue(reason.sum)}。请解锁其中一个。`;
      case 'all-locked':
        return '此行所有单元格都已锁定。请解锁其中一个。';
      case 'no-numbers':
        return '此网络只有结构，还没有概率表。';
      case 'markov':
        return '这是马尔可夫网络，只有势函数，没有箭头。此处只能编辑贝叶斯网络。';
    }
  },
};
