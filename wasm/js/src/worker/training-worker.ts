// The script of the training worker.
import { loadLanguageTraining } from '../api/index.js';
import type { Port } from './protocol.js';
import { serve } from './serve.js';
import { trainingMethods } from './training-methods.js';

serve(self as unknown as Port, trainingMethods(loadLanguageTraining()));
