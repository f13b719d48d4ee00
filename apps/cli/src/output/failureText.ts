import { inspect } from 'node:util';
import { escapeControls } from '@fluxion/terminal';

/** An error as one sentence or, to debug, with its stack and its causes. */
export function failureText(error: unknown, debug: boolean): string {
  if (debug) return inspect(error).split('\n').map(escapeControls).join('\n');
  return oneLine(error instanceof Error ? error.message : String(error));
}

/** Text without line breaks and other control characters. */
export function oneLine(text: string): string {
  return escapeControls(text.trim().replace(/\s*\n\s*/g, ' '));
}
