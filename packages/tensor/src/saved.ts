import type { Shape } from './shape.js';
import type { Tensor } from './tensor.js';

/** What JSON can say. A member that is undefined is left out. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json | undefined };

/**
 * The one form of all that is saved besides parameters: optimizers, encoders, metrics, averages, drift detectors. What can
 * be saved has a method `save(): Saved`; a function or method named `restore…` takes it back. It is a copy: what is done
 * after `save()` leaves it as it is.
 *
 * @example
 * const mean: Saved = { kind: 'mean', options: { window: 1000 }, tensors: new Map([['sum', tensor([12.5])]]) };
 */
export interface Saved {
  /** What kind of thing was saved, as `adam`. */
  readonly kind: string;
  /** What gives the tensors their meaning. */
  readonly options: { readonly [name: string]: Json | undefined };
  /** The state, by name. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** What can be saved and goes on from what it saved. */
export interface Savable {
  save(): Saved;
  /** @throws {OptionError} when something else was saved, or under other options. */
  restore(saved: Saved): void;
}

/** How a model sees its encoder, which turns rows into the model's inputs: it is saved with the model. */
export interface ModelEncoder {
  /**
   * One example of each input: the shape of its numbers, or of its indices, how many things these tell apart, and whether they
   * are a sequence with −1 after its end.
   */
  readonly inputs: Readonly<
    Record<string, Shape | { readonly shape: Shape; readonly indices: number; readonly masked?: boolean }>
  >;
  save(): Saved;
}
