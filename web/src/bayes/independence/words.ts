// A trail in words of a language: for screen readers as a whole, and variable by variable.
import type { Junction, Trail } from '../../lib/engine';
import type { independenceEnglish } from '../../lib/text/independence.en';
import { directionsOf, reasonOf } from './trails';
import type { Direction, ParentsOf } from './trails';

export type Words = typeof independenceEnglish;

export function verdictOf(words: Words, { active, blocked_at }: Trail): string {
  return active || blocked_at === null ? words.active : words.blockedAt(blocked_at);
}

// "blocked at either: from tub, with the arrow to either, against the arrow to lung"
export function spokenTrail(words: Words, trail: Trail, parentsOf: ParentsOf): string {
  const steps: Record<Direction, (name: string) => string> = {
    right: words.along,
    left: words.against,
    edge: words.edgeTo,
  };
  const directions = directionsOf(trail.path, parentsOf);
  const parts = trail.path.map((name, index) => (index === 0 ? words.from(name) : steps[directions[index - 1]!](name)));
  return words.trailLabel(verdictOf(words, trail), words.join(parts));
}

// "its descendant dysp is known, which opens the trail here."
export function reasonText(words: Words, junction: Junction): string {
  return words.reasons[reasonOf(junction)](junction.opened_by ?? '');
}
