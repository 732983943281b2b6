// Findings in words.
import { formatValue } from '../../lib/format';
import type { Finding } from '../knowledge';

export function labelOf(finding: Finding): string {
  if (finding.kind === 'observed') return `${finding.name} = ${finding.state}`;
  if (finding.kind === 'set') return `do(${finding.name} = ${finding.state})`;
  return `${finding.name} ∝ (${finding.numbers.map(formatValue).join(', ')})`;
}
