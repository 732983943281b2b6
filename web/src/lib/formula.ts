// Reads the expressions of a trace, such as "Σ_E P(E) P(A|B,E)" or "P(B) f3(B,W=w) / Σ_B P(B)
// f3(B,W=w)", into pieces that <Formula> sets as MathML.

export type Piece =
  | { kind: 'sum'; over: string }
  | { kind: 'factor'; head: string; index: string; arguments: string[]; given: string[] }
  | { kind: 'sign'; text: string };

export interface Expression {
  // One run of pieces, or two when it is a fraction.
  numerator: Piece[];
  denominator: Piece[] | null;
}

const pattern = /Σ_(?<over>\S+)|(?<head>[A-Za-z]+)(?<index>\d*)\((?<inside>[^()]*)\)|(?<sign>\S+)/gu;

export function parseExpression(text: string): Expression {
  const [top = '', bottom] = text.split(' / ', 2);
  return {
    numerator: parsePieces(top),
    denominator: bottom === undefined ? null : parsePieces(bottom),
  };
}

function parsePieces(text: string): Piece[] {
  return [...text.matchAll(pattern)].map(({ groups }) => pieceOf(groups!));
}

function pieceOf(groups: Record<string, string | undefined>): Piece {
  const { over, head, index = '', inside = '', sign = '' } = groups;
  if (over !== undefined) return { kind: 'sum', over };
  if (head === undefined) return { kind: 'sign', text: sign };
  const [scope = '', given = ''] = inside.split('|', 2);
  return { kind: 'factor', head, index, arguments: namesIn(scope), given: namesIn(given) };
}

function namesIn(list: string): string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
