// The panels beside the graph, in the order of their tabs. The first is part of the page; others are
// loaded when they are first shown.
import type { Component } from 'svelte';
import type { BayesSession } from './session.svelte';

export type PanelComponent = Component<{ session: BayesSession }>;

// Each is named in text.panels.
export const panels = {
  elimination: () => import('./elimination/EliminationPanel.svelte'),
  factors: () => import('./factors/FactorsPanel.svelte'),
  independence: () => import('./independence/IndependencePanel.svelte'),
  tables: () => import('./edit/TablesPanel.svelte'),
  observe: () => import('./observe/ObservePanel.svelte'),
  report: () => import('./report/ReportPanel.svelte'),
} satisfies Record<string, () => Promise<{ default: PanelComponent }>>;

export type PanelId = keyof typeof panels;

export const panelIds = Object.keys(panels) as PanelId[];

export const firstPanel: PanelId = 'elimination';

export function isPanel(id: string): id is PanelId {
  return id in panels;
}
