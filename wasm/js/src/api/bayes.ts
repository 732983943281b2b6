// The Bayes lab: what is opened in it.
import { loadBayesBridge, loadBayesStartBridge } from '../raw/index.js';
import type { BayesExport, LoadOptions } from '../raw/index.js';
import type {
  Check,
  Factor,
  FactorRequest,
  NaiveTrainProgress,
  NaiveTrainRequest,
  OpenOptions,
  TableData,
} from '../types.js';
import { Lab } from './lab.js';
import { NaiveBayes } from './naive.js';
import { Network } from './network.js';
import { factorBytes, tableBytes, trainBytes } from './request.js';
import { during, finish, Work } from './work.js';
import type { Steps } from './work.js';

const encoder = new TextEncoder();

export async function loadBayes(options: LoadOptions = {}): Promise<Bayes> {
  return new Bayes(await loadBayesBridge(options));
}

// With the module that a page starts with: it reads every format but those in XML, and of a network
// it answers query and trace (neither `exact` nor as a document), mpe, map, observe and info. The rest fails with "unsupported".
export async function loadBayesStart(options: LoadOptions = {}): Promise<Bayes> {
  return new Bayes(await loadBayesStartBridge(options));
}

export class Bayes extends Lab<BayesExport> {
  // Reads a network; the format is told by its content, then by its name.
  openNetwork(text: string, fileName: string, { normalize = false }: OpenOptions = {}): Network {
    const bytes = encoder.encode(text);
    this.bridge.notes(); // of calls before
    const address = this.bridge.open('lk_bridge_network_open', bytes, fileName, Number(normalize));
    return new Network(this.bridge, this.owner, address);
  }

  // What is wrong or doubtful in a file; one that cannot be read is a finding and no failure.
  check(text: string, fileName: string, options: OpenOptions = {}): Check {
    return JSON.parse(this.checkText(text, fileName, options)) as Check;
  }

  checkText(text: string, fileName: string, { normalize = false }: OpenOptions = {}): string {
    return this.bridge.text('lk_bridge_check', encoder.encode(text), fileName, Number(normalize));
  }

  // One operation on factors, as in variable elimination by hand.
  combineFactors(request: FactorRequest): Factor {
    return JSON.parse(this.combineFactorsText(request)) as Factor;
  }

  combineFactorsText(request: FactorRequest): string {
    return this.bridge.text('lk_bridge_factors_combine', factorBytes(request));
  }

  // Learns a naive Bayes classifier from a table.
  trainNaiveBayes(
    table: TableData,
    request: NaiveTrainRequest,
    onProgress?: (progress: NaiveTrainProgress) => void,
  ): NaiveBayes {
    return finish(this.trainNaiveBayesSteps(table, request), onProgress);
  }

  // The same, about a mebibyte of the table a step.
  trainNaiveBayesSteps(
    table: TableData,
    request: NaiveTrainRequest,
  ): Steps<NaiveTrainProgress, NaiveBayes> {
    const { bridge, owner } = this;
    const begin = (): Work =>
      new Work(bridge, owner, 'training', trainBytes(request), tableBytes(table));
    return during(begin, function* (work) {
      for (;;) {
        const { share, done } = JSON.parse(work.next()) as { share: number; done: boolean };
        if (done) break;
        yield { share };
      }
      return new NaiveBayes(bridge, owner, work.open('lk_bridge_training_take'));
    });
  }

  // Reads a classifier that NaiveBayes.write, or `likelore nb train`, has written.
  openNaiveBayes(text: string, fileName = 'model.json'): NaiveBayes {
    const address = this.bridge.open('lk_bridge_naive_open', encoder.encode(text), fileName);
    return new NaiveBayes(this.bridge, this.owner, address);
  }
}
