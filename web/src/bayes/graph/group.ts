// Things by kind.
export function groupBy<Thing, Kind extends string>(
  things: readonly Thing[],
  kindOf: (thing: Thing) => Kind,
): Map<Kind, Thing[]> {
  const groups = new Map<Kind, Thing[]>();
  for (const thing of things) {
    const kind = kindOf(thing);
    const group = groups.get(kind);
    if (group) group.push(thing);
    else groups.set(kind, [thing]);
  }
  return groups;
}
