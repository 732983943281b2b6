// Lays out a large network beside the page, which stays alive meanwhile.
import { arrange } from './layout';
import type { Shape, Spacing } from './layout';

onmessage = ({ data }: MessageEvent<{ shapes: Shape[]; spacing: Spacing }>) => {
  postMessage(arrange(data.shapes, data.spacing));
};
