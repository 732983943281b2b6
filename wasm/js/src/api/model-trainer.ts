// Training of language models, from a text in memory.
import { jsonBytes, loadLanguageTrainBridge } from '../raw/index.js';
import type { Bridge, LanguageTrainExport, LoadOptions } from '../raw/index.js';
import type {
  NamedBytes,
  TrainDigest,
  TrainedModel,
  TrainEvent,
  TrainResume,
  TrainSettings,
} from '../types.js';
import { Handle } from './lab.js';
import { concatenate, Language, manifestOf } from './language.js';
import type { Owner } from './owner.js';
import { bytesOf } from './text-bytes.js';

export async function loadLanguageTraining(options: LoadOptions = {}): Promise<LanguageTraining> {
  return new LanguageTraining(await loadLanguageTrainBridge(options));
}

// What Language does, and training.
export class LanguageTraining extends Language {
  // Begins a training on the text.
  trainer(text: string | Uint8Array, settings: TrainSettings = {}): ModelTrainer {
    return this.#made('lk_bridge_lm_trainer_open', jsonBytes(settings), bytesOf(text));
  }

  // Goes on from a checkpoint exactly as if the training had not stopped.
  resume({ files, text, settings = {} }: TrainResume): ModelTrainer {
    const changes = Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [name, String(value)]),
    );
    return this.#made(
      'lk_bridge_lm_trainer_resume',
      jsonBytes(changes),
      jsonBytes(manifestOf(files)),
      concatenate(files),
      bytesOf(text),
    );
  }

  #made(name: LanguageTrainExport, ...parameters: Uint8Array[]): ModelTrainer {
    const bridge = this.bridge as Bridge<LanguageTrainExport>;
    return new ModelTrainer(bridge, this.owner, bridge.open(name, ...parameters));
  }
}

export class ModelTrainer extends Handle {
  // The effective settings.
  readonly settings: TrainSettings;
  readonly notes: readonly string[];
  readonly #bridge: Bridge<LanguageTrainExport>;

  constructor(bridge: Bridge<LanguageTrainExport>, owner: Owner, address: number) {
    super(owner, address, () => bridge.call('lk_bridge_lm_trainer_free', address));
    this.#bridge = bridge;
    this.notes = bridge.notes();
    this.settings = bridge.json('lk_bridge_lm_trainer_settings', address);
  }

  // The model and where its training stands.
  info(): TrainedModel {
    return this.#bridge.json('lk_bridge_lm_trainer_describe', this.address);
  }

  // Does one piece of work: a step, or a batch of an evaluation.
  next(): TrainEvent {
    return this.#bridge.json('lk_bridge_lm_trainer_next', this.address);
  }

  // Lets the training end here: what is left is an evaluation, unless this step had one.
  finish(): void {
    this.#bridge.run('lk_bridge_lm_trainer_finish', this.address);
  }

  digest(): TrainDigest {
    return this.#bridge.json('lk_bridge_lm_trainer_digest', this.address);
  }

  // The files of a checkpoint, as `likelore lm train` writes them.
  save(): NamedBytes[] {
    return unpack(this.#bridge.bytes('lk_bridge_lm_trainer_save', this.address));
  }
}

// Files one after another, their names and lengths as JSON, and the length of that.
function unpack(packed: Uint8Array): NamedBytes[] {
  const end = packed.length - 4;
  const start = end - new DataView(packed.buffer, packed.byteOffset + end).getUint32(0, true);
  const manifest = JSON.parse(new TextDecoder().decode(packed.subarray(start, end)));
  let at = 0;
  return manifest.map(({ name, length }: { name: string; length: number }) => {
    at += length;
    return { name, bytes: packed.slice(at - length, at) };
  });
}
