// The script of the tokenizer worker.
import { loadTokenizers } from '../api/index.js';
import type { Port } from './protocol.js';
import { serve } from './serve.js';
import { tokenizerMethods } from './tokenizer-methods.js';

serve(self as unknown as Port, tokenizerMethods(loadTokenizers()));
