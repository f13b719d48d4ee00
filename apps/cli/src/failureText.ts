import { inspect } from 'node:util';

/** An error as one sentence or, to debug, with its stack and its causes. */
export function failureText(error: unknown, debug: boolean): string {
  if (debug) return inspect(error);
  return oneLine(error instanceof Error ? error.message : String(error));
}

/** Text without line breaks. */
export function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ');
}
