// The graph as a picture of its own: all nodes with their bars, where the reader has put them, in the
// colours of paper.
import { formatPercent } from '../../lib/format';
import { fitText, headerHeight, heightOf, padding, rowHeight } from '../graph/boxes';
import { closedRows } from '../graph/detail';
import type { Drawing, NodeBox } from '../graph/drawing';
import { arrowHead, curve } from '../graph/edges';
import { around } from '../graph/visible';
import type { BayesSession } from '../session.svelte';

const ink = '#1a1e26';
const soft = '#4b5360';
const line = '#8d887d';
const margin = 20;
const numberWidth = 58;

export interface Picture {
  svg: string;
  width: number;
  height: number;
}

export function drawPicture(session: BayesSession, drawing: Drawing): Picture {
  const bounds = around([...drawing.nodes, ...drawing.edges.flatMap(({ points }) => points.map(({ x, y }) => ({ x, y, width: 0, height: 0 })))]);
  const width = Math.ceil(bounds.width + 2 * margin);
  const height = Math.ceil(bounds.height + 2 * margin);
  const edges = drawing.edges.map(({ points }) => points);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${bounds.x - margin} ${bounds.y - margin} ${width} ${height}" font-family="system-ui, 'Noto Sans', 'Helvetica Neue', Arial, sans-serif" font-size="12.5">`,
    `<title>${escaped(session.network?.name ?? '')}</title>`,
    `<rect x="${bounds.x - margin}" y="${bounds.y - margin}" width="${width}" height="${height}" fill="#ffffff"/>`,
    `<path d="${edges.map(curve).join('')}" fill="none" stroke="${line}" stroke-width="1.5"/>`,
    session.isMarkov ? '' : `<path d="${edges.map((points) => arrowHead(points, 8)).join('')}" fill="${line}"/>`,
    ...drawing.nodes.map((box) => drawNode(session, box)),
    '</svg>\n',
  ];
  return { svg: parts.join('\n'), width, height };
}

function drawNode(session: BayesSession, box: NodeBox): string {
  const { name, states } = box.variable;
  const known = session.finding(name) !== undefined;
  const asked = session.target === name;
  const rows = closedRows(states, (state) => session.posterior(name, state));
  const left = states.length - rows.length;
  const height = Math.max(box.height, heightOf(rows.length + (left > 0 ? 1 : 0)));
  const stroke = asked ? '#86317a' : known ? '#e39a45' : line;
  return [
    `<g transform="translate(${round(box.x)} ${round(box.y)})">`,
    `<rect width="${box.width}" height="${height}" rx="9" fill="${known ? '#fdf6ec' : '#ffffff'}" stroke="${stroke}" stroke-width="${asked ? 2 : 1}"/>`,
    `<text x="${padding}" y="${headerHeight - 9}" font-size="13.5" font-weight="650" fill="${ink}">${escaped(fitText(name, box.width - 2 * padding, 8))}</text>`,
    ...rows.map((row, place) => drawRow(session, box, states[row]!, headerHeight + place * rowHeight)),
    left > 0
      ? `<text x="${padding}" y="${headerHeight + rows.length * rowHeight + rowHeight - 6.5}" fill="${soft}">… +${left}</text>`
      : '',
    '</g>',
  ].join('');
}

function drawRow(session: BayesSession, box: NodeBox, state: string, top: number): string {
  const { name } = box.variable;
  const p = session.posterior(name, state);
  const known = session.finding(name) !== undefined;
  const observed = session.fixed(name) === state;
  const start = padding + box.labelWidth + 6;
  const width = Math.max(0, box.width - start - numberWidth - 6);
  const baseline = top + rowHeight - 6.5;
  const font = observed ? `fill="#9a4a08" font-weight="700"` : `fill="${ink}"`;
  const bar = `x="${start}" y="${top + 5}" height="${rowHeight - 10}" rx="2.5"`;
  return [
    `<text x="${padding}" y="${baseline}" ${font}>${escaped(fitText(state, box.labelWidth))}</text>`,
    `<rect ${bar} width="${width}" fill="#e8e8e9"/>`,
    p ? `<rect ${bar} width="${round(width * p)}" fill="${known ? '#e39a45' : '#6ea6d3'}"/>` : '',
    `<text x="${box.width - padding}" y="${baseline}" text-anchor="end" ${font}>${p === undefined ? '–' : escaped(formatPercent(p))}</text>`,
  ].join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

// Characters that XML does not have at all are left out.
function escaped(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

// Canvases have a largest size, which depends on the browser.
const longestSide = 8000;

// At twice the size, or as large as can be.
export async function paintPicture({ svg, width, height }: Picture): Promise<Blob | null> {
  const scale = Math.min(2, longestSide / Math.max(width, height));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}
