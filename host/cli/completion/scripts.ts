import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import type { CommandWords } from './words.ts';
import { zshScript } from './zsh.ts';

const writers = { bash: bashScript, fish: fishScript, zsh: zshScript } as const;

/** The completion script for a shell. */
export function completionScript(shell: keyof typeof writers, commands: readonly CommandWords[]): string {
  return writers[shell](commands);
}
