// Variables by a part of their name.

// Names that begin with it before names that only contain it, each group in the network's order.
export function searchNames(names: readonly string[], part: string): string[] {
  const wanted = part.trim().toLocaleLowerCase();
  if (wanted === '') return [];
  const hits = names
    .map((name) => ({ name, at: name.toLocaleLowerCase().indexOf(wanted) }))
    .filter(({ at }) => at >= 0);
  return [...hits.filter(({ at }) => at === 0), ...hits.filter(({ at }) => at > 0)].map(({ name }) => name);
}
