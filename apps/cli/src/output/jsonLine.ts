import { escapeControls } from '@fluxion/terminal';

/** An event as one line of JSON. What a terminal would obey is escaped, as JSON has it for any character. */
export function jsonLine(event: { readonly event: string; readonly [key: string]: unknown }): string {
  return `${escapeControls(JSON.stringify(event))}\n`;
}
