import { byId } from './elements.ts';

const THEMES = ['system', 'light', 'dark'];
/** The one thing that the page keeps. */
const KEY = 'dvdi-theme';

/** Light or dark, or as the system has it: what the page knows by itself is kept in this browser. */
export function setUpTheme(): void {
  const choice = byId('theme', HTMLSelectElement);
  choice.value = storedTheme();
  const apply = () => {
    document.documentElement.dataset.theme = choice.value;
  };
  choice.addEventListener('change', () => {
    apply();
    keepTheme(choice.value);
  });
  apply();
}

// A browser may refuse to keep anything; then the choice holds until the page is left.
function storedTheme(): string {
  try {
    const stored = localStorage.getItem(KEY) ?? '';
    return THEMES.includes(stored) ? stored : 'system';
  } catch {
    return 'system';
  }
}

function keepTheme(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Said above.
  }
}
