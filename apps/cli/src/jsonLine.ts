/** An event as one line of JSON. */
export function jsonLine(event: { readonly event: string; readonly [key: string]: unknown }): string {
  return `${JSON.stringify(event)}\n`;
}
