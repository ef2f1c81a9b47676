import { styleText } from 'node:util';

type Style = (text: string) => string;

/** The few styles that the command line uses; each is the identity when colours are off. */
export interface Palette {
  readonly strong: Style;
  readonly faint: Style;
  readonly good: Style;
  readonly bad: Style;
  readonly warning: Style;
  readonly name: Style;
}

const plain: Style = (text) => text;

function style(format: Parameters<typeof styleText>[0]): Style {
  // The stream was asked already, by createOutput; styleText would ask stdout, which may be another one.
  return (text) => styleText(format, text, { validateStream: false });
}

/** The styles for a terminal with colours, or none at all. The texts given to them are printable already. */
export function createPalette(colored: boolean): Palette {
  if (!colored) {
    return { strong: plain, faint: plain, good: plain, bad: plain, warning: plain, name: plain };
  }
  return {
    strong: style('bold'),
    faint: style('dim'),
    good: style('green'),
    bad: style(['bold', 'red']),
    warning: style('yellow'),
    name: style('cyan'),
  };
}
