import { trainTinyModel } from './command';

export default function globalSetup() {
  trainTinyModel();
}
