// The words of the training of language models, in Simplified Chinese.
import { formatCount, formatFixed } from '../format';
import type { trainEnglish } from './train.en';

export const trainChinese: typeof trainEnglish = {
  // ---- Text ------------------------------------------------------------------------------------
  textTitle: '用于学习的文本',
  beginning: (characters) => `这是开头部分；学习时使用全部 ${formatCount(characters)} 个字符。`,
  openText: '打开文本…',
  examples: { guide: '本页的使用指南', sums: '加法算式' },
  examplesLabel: '示例',
  tooLong: (mebibytes) => `文本超过 ${formatCount(mebibytes)} MiB；命令行则不限长度`,
  notOurZip: (name) => `${name} 经过压缩或不是 ZIP 归档：请解开后拖放其中的文件`,
  longLink: '文本太长，无法写入地址：本页的链接只包含设置。',

  // ---- Settings --------------------------------------------------------------------------------
  settingsTitle: '模型与训练',
  preset: '模型种类',
  presets: {
    'nanogpt-rope': 'GPT，旋转位置（RoPE）',
    nanogpt: 'GPT，可学习的位置',
    llama: 'Llama 结构',
    cs336: 'CS336 课程的 Transformer',
    chargpt: 'Karpathy 讲座中的 GPT',
  },
  size: '规模',
  sizes: { tiny: '微型', small: '小型', medium: '中型' },
  fields: {
    n_layer: '层数',
    n_head: '注意力头数',
    n_embd: '宽度',
    block_size: '上下文长度',
    batch_size: '批量',
    learning_rate: '学习率',
    dropout: '丢弃率',
    max_iters: '步数',
    eval_interval: '评估间隔',
    seed: '随机种子',
  },
  emptyField: (name) => `${name} 尚未填写`,
  tokenizer: '每个字符是一个词元。此处未列出的设置由模型种类决定。',
  counting: '正在计算参数量…',
  parameters: '参数量',
  vocabulary: '词表',
  vocabularyOf: (count) => `${formatCount(count)} 个字符`,
  tokensAStep: '每步词元数',
  all: '全部设置',
  allCaption: '实际生效的设置，名称与训练配置中相同',
  setting: '设置',
  value: '值',
  saveConfiguration: '存为训练配置',
  cannotBegin: '无法这样训练',

  // ---- Checkpoints -----------------------------------------------------------------------------
  fromCheckpoint: (step) => `已打开第 ${formatCount(step)} 步的检查点：将用此文本从那里继续训练。`,
  checkpointWaits: '已打开检查点。继续训练需要它学过的文本：请打开或拖放该文本。',
  leaveCheckpoint: '放弃检查点',
  cannotResume: '无法用此文本从检查点继续训练',
  dropHint: '可将文本或要继续训练的检查点拖放到页面任意位置。',

  // ---- The run ---------------------------------------------------------------------------------
  runTitle: '训练',
  begin: '开始',
  beginAnew: '重新开始',
  beginFrom: '从检查点继续',
  pause: '暂停',
  goOn: '继续',
  finish: '到此为止',
  finishHelp: '再评估一次后结束',
  states: {
    idle: '尚未开始。',
    running: '正在训练…',
    paused: '已暂停，可以继续。',
    done: '已完成。',
  },
  stopping: '完成这一步后停止…',
  stale: '文本或设置已更改：重新开始后生效。',
  stepOf: (step, last) => `第 ${formatCount(step)} 步，共 ${formatCount(last)} 步`,
  lossNow: '训练损失',
  bestLoss: '最低验证损失',
  bestAt: (loss, step) => `${formatFixed(loss, 3)}（第 ${formatCount(step)} 步）`,
  speed: '每秒词元数',
  timeLeft: '剩余时间',
  duration: (seconds) => {
    const whole = Math.round(seconds);
    if (whole < 60) return `${whole} 秒`;
    return whole < 3600 ? `${Math.floor(whole / 60)} 分 ${whole % 60} 秒` : `${Math.floor(whole / 3600)} 小时 ${Math.floor((whole % 3600) / 60)} 分`;
  },
  cannotGoOn: '训练已中断',

  // ---- The curve -------------------------------------------------------------------------------
  curveTitle: '损失',
  showing: '损失的显示方式',
  showings: { curve: '曲线', table: '表格' },
  curveLabel: (step, last) => `损失曲线：第 ${formatCount(step)} 步，共 ${formatCount(last)} 步。数值见表格。`,
  stepAxis: '步',
  lossAxis: '损失（奈特/词元）',
  perStep: '训练，逐步',
  smooth: '训练，平滑',
  onTrain: '训练部分，评估',
  onVal: '验证部分，评估',
  best: '最佳',
  curveEmpty: '曲线随训练画出。',
  tableCaption: '训练日志',
  columns: { step: '步', loss: '损失', rate: '学习率', train: '训练', val: '验证', seconds: '秒' },
  columnsHelp: '“损失”是下一行以来各步的平均值；“训练”与“验证”来自评估。',
  span: (from, step) => (from === step ? formatCount(step) : `${formatCount(from)}–${formatCount(step)}`),

  // ---- Samples and what comes of it ------------------------------------------------------------
  samplesTitle: '它写出的文字',
  samplesEmpty: '训练之前和每次评估时，模型都会接着文本的第一个词往下写。',
  sampleAt: (step) => (step === 0 ? '训练之前' : `第 ${formatCount(step)} 步之后`),
  resultTitle: '模型',
  write: '用此模型写作',
  save: '下载检查点',
  saveHelp: '一个 ZIP 归档，其中的文件夹可供 likelore lm sample 与 lm resume 使用；拖放到此处即可继续训练。',
  digestHelp: '文本与设置相同时，likelore lm train --deterministic 输出相同的摘要。',
  trainedName: (step) => `在此训练，${formatCount(step)} 步`,
};
