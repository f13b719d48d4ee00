import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { type Kernels, OptionError, type Run, reshape, type Sink, type Tensor } from '@fluxion/tensor';
import { pairOf, type Size } from '../convolution/geometry.js';
import { expectPicture } from '../expectPicture.js';
import type { NameOption } from '../nameOption.js';

/** Options of an upsample2d box. */
export interface Upsample2dOptions extends NameOption {
  /**
   * What a new place is made of: `nearest`, the place that it stands in; `bilinear`, the four around its centre, nearer ones more,
   * with the edge going on beyond itself. Default nearest.
   */
  readonly interpolation?: 'nearest' | 'bilinear';
}

/** Description of an upsample2d box. */
export interface Upsample2d extends BoxDescription, Upsample2dOptions {
  readonly kind: 'upsample2d';
  /** How often as high and as wide the picture becomes. */
  readonly factor: Size;
}

/**
 * A picture made larger by a whole factor, along its height and then its width: with r the place within the old one and
 * δ = (r + ½)/factor − ½,
 *
 *   nearest    output[factor·q + r] = input[q]
 *   bilinear   output[factor·q + r] = (1 − |δ|) input[q] + |δ| input[q + sign δ]
 *
 * Shapes   input [batch, height, width, channels], output [batch, factor·height, factor·width, channels]
 * bprop    dInput = Σ of the dOutput that a place went into, each times its share
 *
 * @param factor of the height and of the width, or one whole number for both
 * @throws {OptionError} when an option is invalid; {ShapeError} when the graph is built and an example is not a picture.
 * @see Odena, Dumoulin, Olah, "Deconvolution and checkerboard artifacts", Distill, 2016: what to take before a convolution.
 * @example
 * sequential([upsample2d(2, { interpolation: 'bilinear' }), conv2d(8, 3, { padding: 'same' })], { inputShape: [7, 7, 16] });
 */
export function upsample2d(factor: Size, options: Upsample2dOptions = {}): Upsample2d {
  expectOptions({ kind: 'upsample2d', factor, ...options }, 'upsample2d');
  return { kind: 'upsample2d', factor, ...options };
}

function expectOptions({ factor, interpolation = 'nearest' }: Upsample2d, where: string): void {
  pairOf(factor, `${where} factor`, 1);
  if (interpolation !== 'nearest' && interpolation !== 'bilinear') {
    throw new OptionError(
      `${where} interpolation: expected nearest or bilinear, got '${interpolation}'; name one of these`,
    );
  }
}

/** How an upsample2d box computes. */
export const upsample2dBox: BoxDefinition<Upsample2d> = {
  children: 1,
  options: ['factor', 'interpolation'],
  outputShape(description, [input = []], where) {
    expectOptions(description, where);
    expectPicture(input, where);
    const [height, width, channels] = input as [number, number, number];
    const [down, across] = pairOf(description.factor, where, 1);
    return [down * height, across * width, channels];
  },
  workspace: ({ factor }, [input]) => {
    const [height, ...rest] = input as [number, ...number[]];
    return { higher: { shape: [pairOf(factor, 'upsample2d', 1)[0] * height, ...rest], per: 'example' } };
  },
  fprop({ kernels, description, inputs: [input], workspace, output }) {
    const [down, across] = pairOf(description.factor, 'upsample2d', 1);
    const higher = workspace.higher as Tensor;
    return [
      ...stretch(kernels, tapsOf(down, description), input as Tensor, higher, 1),
      ...stretch(kernels, tapsOf(across, description), higher, output, 2),
    ];
  },
  bprop({ kernels, description, workspace, dOutput, dInputs: [dInput] }) {
    if (dInput === undefined) return [];
    const [down, across] = pairOf(description.factor, 'upsample2d', 1);
    const dHigher = workspace.higher as Tensor;
    return [
      ...gather(kernels, tapsOf(across, description), dOutput, { tensor: dHigher, beta: 0 }, 2),
      ...gather(kernels, tapsOf(down, description), dHigher, dInput, 1),
    ];
  },
};

/** What a new place takes: from the old place that it stands in, or from one of its neighbours, at a weight. */
interface Tap {
  readonly neighbour: -1 | 0 | 1;
  readonly weight: number;
}

/** For each new place within an old one, what it takes; itself first. */
function tapsOf(factor: number, { interpolation }: Upsample2d): readonly (readonly Tap[])[] {
  return Array.from({ length: factor }, (_, r) => {
    const delta = interpolation === 'bilinear' ? (r + 0.5) / factor - 0.5 : 0;
    const itself: Tap = { neighbour: 0, weight: 1 - Math.abs(delta) };
    return delta === 0 ? [itself] : [itself, { neighbour: delta < 0 ? -1 : 1, weight: Math.abs(delta) }];
  });
}

function stretch(
  kernels: Kernels,
  taps: readonly (readonly Tap[])[],
  from: Tensor,
  to: Tensor,
  axis: number,
): readonly Run[] {
  return moves(taps, from, to, axis).map(([old, made, weight, isFirst]) =>
    kernels.copy(old, { tensor: made, beta: isFirst ? 0 : 1 }, weight),
  );
}

/** The gradient of `stretch`. The very first move reaches every old place. */
function gather(
  kernels: Kernels,
  taps: readonly (readonly Tap[])[],
  dTo: Tensor,
  dFrom: Sink,
  axis: number,
): readonly Run[] {
  return moves(taps, dFrom.tensor, dTo, axis).map(([old, made, weight], i) =>
    kernels.copy(made, { tensor: old, beta: i === 0 ? dFrom.beta : 1 }, weight),
  );
}

type Move = readonly [old: Tensor, made: Tensor, weight: number, isFirst: boolean];

/** Which old places go into which new ones, along an axis. */
function moves(taps: readonly (readonly Tap[])[], from: Tensor, to: Tensor, axis: number): readonly Move[] {
  const { shape } = from;
  const length = shape[axis] as number;
  const apart = reshape(to, [...shape.slice(0, axis + 1), taps.length, ...shape.slice(axis + 1)]);
  const range = (view: Tensor, start: number, count: number): Tensor =>
    view.lo(...shape.map((_, i) => (i === axis ? start : 0))).hi(...shape.with(axis, count));
  return taps.flatMap((each, r) => {
    const places = apart.pick(...apart.shape.map((_, i) => (i === axis + 1 ? r : null)));
    return each.flatMap(({ neighbour, weight }, i): Move[] => {
      if (neighbour === 0) return [[from, places, weight, i === 0]];
      // Beyond the edge stands the edge itself.
      const edge = neighbour < 0 ? 0 : length - 1;
      const [old, made] = neighbour < 0 ? [0, 1] : [1, 0];
      const along: Move = [range(from, old, length - 1), range(places, made, length - 1), weight, false];
      const beyond: Move = [range(from, edge, 1), range(places, edge, 1), weight, false];
      return length > 1 ? [along, beyond] : [beyond];
    });
  });
}
