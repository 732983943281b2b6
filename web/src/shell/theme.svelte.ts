// Light or dark: the system's choice until the reader makes one, which is then remembered.

export type Theme = 'light' | 'dark';

const storageKey = 'likelore.theme';
const systemDark = matchMedia('(prefers-color-scheme: dark)');

function remembered(): Theme | null {
  try {
    const stored = localStorage.getItem(storageKey);
    return stored === 'light' || stored === 'dark' ? stored : null;
  } catch {
    return null; // storage may be forbidden; the choice then lasts as long as the page
  }
}

class ThemeChoice {
  private chosen = $state<Theme | null>(remembered());
  private system = $state<Theme>(systemDark.matches ? 'dark' : 'light');

  constructor() {
    systemDark.addEventListener('change', (event) => {
      this.system = event.matches ? 'dark' : 'light';
      applyTheme();
    });
  }

  get current(): Theme {
    return this.chosen ?? this.system;
  }

  toggle() {
    this.chosen = this.current === 'dark' ? 'light' : 'dark';
    try {
      localStorage.setItem(storageKey, this.chosen);
    } catch {
      // see remembered()
    }
    applyTheme();
  }
}

export const theme = new ThemeChoice();

export function applyTheme() {
  document.documentElement.dataset.theme = theme.current;
}
