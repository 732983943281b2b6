// The script of the Bayes worker.
import { loadBayes, loadBayesStart } from '../api/index.js';
import { bayesMethods } from './bayes-methods.js';
import type { Port } from './protocol.js';
import { serve } from './serve.js';

serve(self as unknown as Port, bayesMethods({ start: loadBayesStart(), all: () => loadBayes() }));
