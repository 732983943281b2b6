// The script of the language worker.
import { loadLanguage } from '../api/index.js';
import { languageMethods } from './language-methods.js';
import type { Port } from './protocol.js';
import { serve } from './serve.js';

serve(self as unknown as Port, languageMethods(loadLanguage()));
