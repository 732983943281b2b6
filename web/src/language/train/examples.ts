// Texts to learn from that come with the page: its guide, and sums, whose rule a small model soon finds.
const pages = import.meta.glob<string>('../../../../docs/manual/*.md', { query: '?raw', import: 'default', eager: true });

export const examples: Record<'guide' | 'sums', () => string> = {
  guide: () => Object.keys(pages).sort().map((name) => pages[name]).join('\n'),
  sums,
};

function sums(): string {
  let state = 1;
  // Lehmer's generator with the multiplier of Park and Miller (1988).
  const draw = () => (state = (state * 48271) % 2147483647) % 100;
  return Array.from({ length: 6000 }, () => sum(draw(), draw())).join('');
}

function sum(a: number, b: number): string {
  return `${a}+${b}=${a + b}\n`;
}
