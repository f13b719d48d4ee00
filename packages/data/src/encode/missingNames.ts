import { closest } from '@fluxion/tensor';

/** Names that a message lists, and that are compared. */
const MOST = 100;

/**
 * Lists columns that are missing, each with the name that may stand for it: 'age' (is it 'Age'?), 'city'
 *
 * @param others names that are there, of no column that is asked for
 */
export function missingNames(missing: readonly string[], others: readonly string[]): string {
  const named = missing.slice(0, MOST).map((name) => {
    const near = others.length > MOST ? undefined : closest(name, others);
    return near === undefined ? `'${name}'` : `'${name}' (is it '${near}'?)`;
  });
  const rest = missing.length - named.length;
  return `${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
