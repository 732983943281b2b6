// The core's HTML as elements of this page. Names in it are escaped by the core; nothing but text,
// tables and formulas is let through all the same.
const allowed = new Set(
  'h1 h2 h3 h4 p div span i b em strong sub sup small code pre ul ol li table caption thead tbody tfoot tr th td br'.split(' '),
);
const kept = new Set(['class', 'scope', 'colspan', 'rowspan', 'lang']);

export function solutionNodes(html: string): Node[] {
  // Without its head: the styles there are not this page's.
  const main = html.slice(html.indexOf('<main>'), html.lastIndexOf('</main>'));
  const { body } = new DOMParser().parseFromString(main, 'text/html');
  const [content] = body.children;
  content?.querySelectorAll('*').forEach(clean);
  return [...(content?.childNodes ?? [])].map((node) => document.importNode(node, true));
}

function clean(element: Element) {
  if (!allowed.has(element.localName)) return element.remove();
  // What can be scrolled stays within reach of the keyboard.
  const scrolls = element.hasAttribute('tabindex');
  for (const { name } of [...element.attributes]) if (!kept.has(name)) element.removeAttribute(name);
  if (scrolls) element.setAttribute('tabindex', '0');
}
