// Reads the expressions of a trace, such as "f1(A,B) = Σ_E P(E) P(A|B,E)" or "P(B|W=w) = P(B)
// f3(B,W=w) / Σ_B P(B) f3(B,W=w)", into pieces that <Formula> sets as MathML.

export type Piece =
  | { kind: 'sum'; over: string; operator: string }
  | { kind: 'factor'; head: string; index: string; arguments: string[]; given: string[] }
  | { kind: 'sign'; text: string };

export interface Expression {
  // What stands before " = ", if anything.
  left: Piece[] | null;
  // One run of pieces, or two when it is a fraction.
  numerator: Piece[];
  denominator: Piece[] | null;
}

const pattern = /(?<operator>Σ|max)_\{?(?<over>[^\s{}]+)\}?|(?<head>\p{L}+)(?<index>\d*)\((?<inside>(?:[^()]|\([^()]*\))*)\)|f(?<constant>\d+)|(?<sign>\S+)/gu;

export function parseExpression(text: string): Expression {
  const [first = '', second] = text.split(' = ', 2);
  const [top = '', bottom] = (second ?? first).split(' / ', 2);
  return {
    left: second === undefined ? null : parsePieces(first),
    numerator: parsePieces(top),
    denominator: bottom === undefined ? null : parsePieces(bottom),
  };
}

function parsePieces(text: string): Piece[] {
  return [...text.matchAll(pattern)].map(({ groups }) => pieceOf(groups!));
}

function pieceOf(groups: Record<string, string | undefined>): Piece {
  const { operator = '', over, head, index = '', inside = '', constant, sign = '' } = groups;
  if (over !== undefined) return { kind: 'sum', over, operator: operator === 'Σ' ? '∑' : operator };
  // A factor whose variables have all been summed out: a number with a name.
  if (constant) return { kind: 'factor', head: 'f', index: constant, arguments: [], given: [] };
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
