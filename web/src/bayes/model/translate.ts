// From a document to the one after an edit: what names and findings of the one are in the other.
import type { Finding, Findings } from '../knowledge';
import type { EditVariable, NetworkDocument } from './document';

export class Translation {
  private readonly later: ReadonlyMap<string, EditVariable>;
  private readonly earlier: ReadonlyMap<string, EditVariable>;

  constructor(before: NetworkDocument, after: NetworkDocument) {
    const byId = (document: NetworkDocument) => new Map(document.variables.map((variable) => [variable.id, variable]));
    const [old, now] = [byId(before), byId(after)];
    const pairs = before.variables.flatMap((variable) => {
      const other = now.get(variable.id);
      return other ? [[variable.name, other] as const] : [];
    });
    this.later = new Map(pairs);
    this.earlier = new Map(before.variables.map((variable) => [variable.name, variable]));
    this.names = new Map(
      after.variables.flatMap(({ id, name }) => {
        const known = old.get(id);
        return known ? [[name, known.name] as const] : [];
      }),
    );
  }

  // What variables were called before, by their names after the edit.
  readonly names: ReadonlyMap<string, string>;

  name(before: string): string | null {
    return this.later.get(before)?.name ?? null;
  }

  // What is known of variables and states that are gone is gone with them.
  findings(findings: Findings): Findings {
    const translated = [...findings.values()].flatMap((finding) => this.finding(finding) ?? []);
    return new Map(translated.map((finding) => [finding.name, finding]));
  }

  private finding(finding: Finding): Finding | null {
    const [before, after] = [this.earlier.get(finding.name), this.later.get(finding.name)];
    if (!before || !after) return null;
    const { name } = after;
    if (finding.kind === 'likelihood') {
      const numbers = after.states.map((state, index) => finding.numbers[before.states.indexOf(state)] ?? this.renamed(before, after, index, finding.numbers));
      return numbers.every((number) => number !== undefined) ? { ...finding, name, numbers } : null;
    }
    if (after.states.includes(finding.state)) return { ...finding, name };
    const index = before.states.indexOf(finding.state);
    const state = before.states.length === after.states.length ? after.states[index] : undefined;
    return state === undefined ? null : { ...finding, name, state };
  }

  private renamed(before: EditVariable, after: EditVariable, index: number, numbers: readonly number[]) {
    return before.states.length === after.states.length ? numbers[index] : undefined;
  }
}
