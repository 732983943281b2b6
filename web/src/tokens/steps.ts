// The states that a piece goes through as its pairs merge.
import type { ExplainedPiece } from '../lib/engine';
import { bytesOfHex } from './characters';

export interface MergeStep {
  rank: number;
  left: number;
  right: number;
  result: number;
  leftBytes: Uint8Array;
  rightBytes: Uint8Array;
  // What the piece consists of after the merge, and which of that the merge made.
  parts: Uint8Array[];
  made: number;
}

export function stepsOf(piece: ExplainedPiece): MergeStep[] {
  const bytes = bytesOfHex(piece.bytes);
  let begins = Array.from(bytes, (_, i) => i);
  const partAt = (i: number) => bytes.subarray(begins[i], begins[i + 1] ?? bytes.length);
  return piece.merges.map(({ rank, left, right, result, at }) => {
    const made = begins.indexOf(at - piece.at);
    const [leftBytes, rightBytes] = [partAt(made), partAt(made + 1)];
    begins = begins.filter((_, i) => i !== made + 1);
    return { rank, left, right, result, leftBytes, rightBytes, parts: begins.map((_, i) => partAt(i)), made };
  });
}
