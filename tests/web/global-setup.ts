import { trainTinyModel } from './checkpoint';

export default function globalSetup() {
  trainTinyModel();
}
