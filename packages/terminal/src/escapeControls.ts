/**
 * C0 and C1 controls and DEL; marks that change the direction of text or cannot be seen, and Unicode's own line ends. A
 * name with such characters could clear the screen, forge a line or show its letters in another order.
 */
const CONTROLS = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/**
 * Text with its control characters written out, as JSON would: `\u001b` for an escape. It can be shown on a terminal
 * wherever it comes from.
 *
 * @example
 * escapeControls('a\u001b[2Jb\n'); // 'a\\u001b[2Jb\\u000a'
 */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
