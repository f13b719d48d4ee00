import type { Network } from '../model/tower.js';
import type { Recipe } from './recipe.js';

/** Numbers that the sums of a network have, about. */
export const NETWORK_WIDTH = 600;

/** A recipe with the hidden layers that a network leaves: those of a file are all there are. */
export function networkRecipe(network: Network, recipe: Recipe): Recipe {
  return typeof network === 'string' ? recipe : { ...recipe, hidden: [] };
}
