import { loadBayesStart } from '../dist/api/index.js';
import { measureAnswers } from './measure.js';

const lab = await loadBayesStart();
self.onmessage = async ({ data }) => {
  self.postMessage(await measureAnswers(lab, data.text, data.name));
};
self.postMessage('ready');
