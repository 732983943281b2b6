// The words of the training of language models, in English.
import { formatCount, formatFixed } from '../format';

const steps = (count: number) => `${formatCount(count)} ${count === 1 ? 'step' : 'steps'}`;

export const trainEnglish = {
  // ---- Text ------------------------------------------------------------------------------------
  textTitle: 'Text to learn from',
  beginning: (characters: number) => `The beginning; all ${formatCount(characters)} characters are learned from.`,
  openText: 'Open a text…',
  examples: { guide: 'The guide of this page', sums: 'Sums' },
  examplesLabel: 'Examples',
  tooLong: (mebibytes: number) => `It is longer than ${formatCount(mebibytes)} MiB; the command takes texts of any size`,
  notOurZip: (name: string) => `${name} is compressed or no ZIP archive: unpack it, and drop its files`,
  longLink: 'This text is too long for the address: a link to this page has the settings only.',

  // ---- Settings --------------------------------------------------------------------------------
  settingsTitle: 'Model and training',
  preset: 'Kind of model',
  presets: {
    'nanogpt-rope': 'GPT, rotary positions (RoPE)',
    nanogpt: 'GPT, learned positions',
    llama: 'Llama',
    cs336: 'Transformer of CS336',
    chargpt: 'GPT of Karpathy’s lecture',
  } as Record<string, string>,
  size: 'Size',
  sizes: { tiny: 'Tiny', small: 'Small', medium: 'Medium' },
  fields: {
    n_layer: 'Layers',
    n_head: 'Heads',
    n_embd: 'Width',
    block_size: 'Context',
    batch_size: 'Batch',
    learning_rate: 'Learning rate',
    dropout: 'Dropout',
    max_iters: 'Steps',
    eval_interval: 'Evaluate every',
    seed: 'Seed',
  },
  emptyField: (name: string) => `${name} is empty`,
  tokenizer: 'Each character is a token. What is not asked here goes by the kind of model.',
  counting: 'Counting the parameters…',
  parameters: 'Parameters',
  vocabulary: 'Vocabulary',
  vocabularyOf: (count: number) => `${formatCount(count)} characters`,
  tokensAStep: 'Tokens a step',
  all: 'All settings',
  allCaption: 'The effective settings, by their names in a training configuration',
  setting: 'Setting',
  value: 'Value',
  saveConfiguration: 'Save as a configuration',
  cannotBegin: 'This cannot be trained',

  // ---- Checkpoints -----------------------------------------------------------------------------
  fromCheckpoint: (step: number) => `A checkpoint at step ${formatCount(step)} is open: training goes on from there, with this text.`,
  checkpointWaits: 'A checkpoint is open. Training goes on from it with the text that it has learned from: open or drop it.',
  leaveCheckpoint: 'Leave it',
  cannotResume: 'Training cannot go on from the checkpoint with this text',
  dropHint: 'A text, or a checkpoint to go on from, can be dropped anywhere on this page.',

  // ---- The run ---------------------------------------------------------------------------------
  runTitle: 'Training',
  begin: 'Start',
  beginAnew: 'Start anew',
  beginFrom: 'Go on from the checkpoint',
  pause: 'Pause',
  goOn: 'Go on',
  finish: 'End here',
  finishHelp: 'Evaluates once more, and ends',
  states: {
    idle: 'Not begun.',
    running: 'Training…',
    paused: 'Paused; it can go on.',
    done: 'Done.',
  },
  stopping: 'After this step…',
  stale: 'Text or settings have changed since: starting anew takes them.',
  stepOf: (step: number, last: number) => `Step ${formatCount(step)} of ${formatCount(last)}`,
  lossNow: 'Training loss',
  bestLoss: 'Best validation loss',
  bestAt: (loss: number, step: number) => `${formatFixed(loss, 3)} (step ${formatCount(step)})`,
  speed: 'Tokens a second',
  timeLeft: 'Time left',
  duration: (seconds: number) => {
    const whole = Math.round(seconds);
    if (whole < 60) return `${whole} s`;
    return whole < 3600 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  },
  cannotGoOn: 'Training has come to a halt',

  // ---- The curve -------------------------------------------------------------------------------
  curveTitle: 'Loss',
  showing: 'Loss as',
  showings: { curve: 'Curve', table: 'Table' },
  curveLabel: (step: number, last: number) => `Loss curve: ${formatCount(step)} of ${steps(last)}. The table has its numbers.`,
  stepAxis: 'step',
  lossAxis: 'loss (nats a token)',
  perStep: 'training, each step',
  smooth: 'training, smoothed',
  onTrain: 'training part, evaluated',
  onVal: 'validation part, evaluated',
  best: 'best',
  curveEmpty: 'The curve is drawn as training goes.',
  tableCaption: 'The log of the training',
  columns: { step: 'Step', loss: 'Loss', rate: 'Learning rate', train: 'Training', val: 'Validation', seconds: 'Seconds' },
  columnsHelp: 'Loss is the mean of the steps since the row below; Training and Validation are of evaluations.',
  span: (from: number, step: number) => (from === step ? formatCount(step) : `${formatCount(from)}–${formatCount(step)}`),

  // ---- Samples and what comes of it ------------------------------------------------------------
  samplesTitle: 'What it writes',
  samplesEmpty: 'Before the first step and at each evaluation the model goes on from the first word of the text.',
  sampleAt: (step: number) => (step === 0 ? 'Before the first step' : `After step ${formatCount(step)}`),
  resultTitle: 'The model',
  write: 'Write with this model',
  save: 'Download the checkpoint',
  saveHelp: 'A ZIP archive of the folder from which likelore lm sample and lm resume go on; dropped here, training goes on from it.',
  digestHelp: 'likelore lm train --deterministic prints the same for the same text and settings.',
  trainedName: (step: number) => `Trained here, ${steps(step)}`,
};
