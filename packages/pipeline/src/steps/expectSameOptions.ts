import { OptionError, type Saved } from '@fluxion/tensor';

/**
 * Refuses what another thing has saved, or the same one under other options.
 *
 * @throws {OptionError} `earlyStop restore: expected …, got …; restore with the options that were saved`
 */
export function expectSameOptions(where: string, wanted: Saved, got: Saved): void {
  const [own, other] = [wanted, got].map(({ kind, options }) => JSON.stringify({ kind, options }));
  if (own === other) return;
  throw new OptionError(
    `${where} restore: expected ${own}, got ${other}; restore with the options that were saved`,
  );
}
