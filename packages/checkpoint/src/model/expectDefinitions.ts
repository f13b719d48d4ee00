import { OptionError } from '@fluxion/tensor';

/**
 * Refuses to read a graph without the definitions of its boxes, as a program in JavaScript may ask for.
 *
 * @throws {OptionError} when there are none.
 */
export function expectDefinitions(where: string, definitions: unknown): void {
  if (typeof definitions === 'object' && definitions !== null) return;
  const got = definitions === undefined ? 'none' : String(definitions);
  throw new OptionError(
    `${where}: expected the definitions of boxes, got ${got}; give boxes of @fluxion/layers, or load with the package fluxion, which knows them`,
  );
}
