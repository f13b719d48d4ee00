import { expectNames } from '@fluxion/tensor';
import type { BoxDefinition } from './box.js';
import type { PlacedBox } from './graphDescription.js';

/**
 * Refuses options in a description that its kind of box does not have.
 *
 * @param where the box, for the error: `linear 'hidden'`
 * @throws {OptionError} naming the option and those that there are.
 */
export function expectBoxOptions(where: string, description: PlacedBox, { options }: BoxDefinition): void {
  if (options !== undefined) {
    expectNames(where, description, ['kind', 'name', 'frozen', 'children', ...options]);
  }
}
