// A token as something to see: blanks and line ends get signs of their own.
const signs: Record<string, string> = { ' ': '␣', '\n': '⏎', '\t': '⇥', '\r': '␍' };

export function visible(token: string): string {
  if (token === '') return '∅';
  return token.replace(/[ \n\t\r]/g, (character) => signs[character] ?? character);
}
