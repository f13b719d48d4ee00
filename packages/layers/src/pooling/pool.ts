import type { BoxCells, BoxDefinition, BoxDescription } from '@fluxion/graph';
import { OptionError, type Shape, type Sink, type Tensor } from '@fluxion/tensor';
import { type Geometry, geometryOf, pictures, type Size } from '../convolution/geometry.js';
import { expectPicture } from '../expectPicture.js';
import { expectSequence } from '../expectSequence.js';
import { expectWhole } from '../expectWhole.js';
import type { NameOption } from '../nameOption.js';

/** Options of a box that pools over pictures. */
export interface Pool2dOptions extends NameOption {
  /** Steps from one window to the next. Default the window's own size: windows side by side. */
  readonly stride?: Size;
  /** Room beyond the edge on each side, or `same`; it counts nothing. Default 0. */
  readonly padding?: Size | 'same';
}

/** Description of a box that pools over pictures. */
export interface Pool2d extends BoxDescription, Pool2dOptions {
  readonly kind: 'maxPool2d' | 'averagePool2d';
  readonly size: Size;
}

/** Options of a box that pools over sequences. */
export interface Pool1dOptions extends NameOption {
  /** Steps from one window to the next. Default the window's own size: windows side by side. */
  readonly stride?: number;
  /** Room beyond each end, or `same`; it counts nothing. Default 0. */
  readonly padding?: number | 'same';
}

/** Description of a box that pools over sequences. */
export interface Pool1d extends BoxDescription, Pool1dOptions {
  readonly kind: 'maxPool1d' | 'averagePool1d';
  /** Steps in a window. */
  readonly size: number;
}

/** Windows over pictures of one shape, [height, width, channels]; a sequence is a picture of height 1. */
interface PoolPlan extends Geometry {
  readonly input: Shape;
}

/** What is pooled over. */
interface Places<D extends BoxDescription> {
  /** @throws {ShapeError} when an example is of another shape. */
  expect(example: Shape, where: string): void;
  plan(description: D, example: Shape, where: string): PoolPlan;
}

export const overPictures: Places<Pool2d> = {
  expect: expectPicture,
  plan({ size, stride = size, padding = 0 }, input, where) {
    return { input, ...geometryOf(input, size, { stride, padding }, where) };
  },
};

export const overSequences: Places<Pool1d> = {
  expect: (example, where) => expectSequence(example, `${where} input`, 'channels'),
  plan({ size, stride = size, padding = 0 }, example, where) {
    expectWhole(size, `${where} size`);
    expectWhole(stride, `${where} stride`);
    if (padding !== 'same' && !(Number.isSafeInteger(padding) && padding >= 0)) {
      throw new OptionError(
        `${where} padding: expected a whole number from 0, or 'same', got ${padding}; give one of these`,
      );
    }
    const input = [1, ...example];
    const beyond = padding === 'same' ? padding : ([0, padding] as const);
    return { input, ...geometryOf(input, [1, size], { stride: [1, stride], padding: beyond }, where) };
  },
};

/** How a box computes that takes the largest of each window. */
export function maxPoolBox<D extends BoxDescription>(places: Places<D>): BoxDefinition<D> {
  return {
    ...shapesOf(places),
    workspace: (_, __, shape) => ({ offsets: { shape, per: 'example' } }),
    fprop(cells) {
      const { kernels, inputs, output, workspace } = cells;
      const { windows, ofInput, ofOutput } = viewsOf(cells, places);
      const offsets = ofOutput(workspace.offsets as Tensor);
      return [kernels.maxPool(ofInput(inputs[0] as Tensor), windows, ofOutput(output), offsets)];
    },
    bprop(cells) {
      const { kernels, workspace, dOutput, dInputs } = cells;
      const { ofOutput, ofSink } = viewsOf(cells, places);
      const [dInput] = dInputs;
      const offsets = ofOutput(workspace.offsets as Tensor);
      return [dInput && kernels.maxPoolGradient(offsets, ofOutput(dOutput), ofSink(dInput))];
    },
  };
}

/** How a box computes that takes the mean of each window. */
export function averagePoolBox<D extends BoxDescription>(places: Places<D>): BoxDefinition<D> {
  return {
    ...shapesOf(places),
    fprop(cells) {
      const { kernels, inputs, output } = cells;
      const { windows, ofInput, ofOutput } = viewsOf(cells, places);
      return [kernels.averagePool(ofInput(inputs[0] as Tensor), windows, ofOutput(output))];
    },
    bprop(cells) {
      const { kernels, dOutput, dInputs } = cells;
      const { windows, ofOutput, ofSink } = viewsOf(cells, places);
      const [dInput] = dInputs;
      return [dInput && kernels.averagePoolGradient(ofOutput(dOutput), windows, ofSink(dInput))];
    },
  };
}

function shapesOf<D extends BoxDescription>({
  expect,
  plan,
}: Places<D>): Pick<BoxDefinition<D>, 'children' | 'options' | 'outputShape'> {
  return {
    children: 1,
    options: ['size', 'stride', 'padding'],
    outputShape(description, [input = []], where) {
      expect(input, where);
      const { output } = plan(description, input, where);
      return [...output.slice(3 - input.length), input.at(-1) as number];
    },
  };
}

/** The windows of a pass, and its tensors as pictures. */
function viewsOf<D extends BoxDescription>({ description, inputs }: BoxCells<D>, { plan }: Places<D>) {
  const example = (inputs[0] as Tensor).shape.slice(1);
  const { windows, input, output } = plan(description, example, description.kind);
  const channels = input.at(-1) as number;
  const ofInput = (view: Tensor): Tensor => pictures(view, input, channels);
  return {
    windows,
    ofInput,
    ofOutput: (view: Tensor): Tensor => pictures(view, output, channels),
    ofSink: ({ tensor, beta }: Sink): Sink => ({ tensor: ofInput(tensor), beta }),
  };
}
