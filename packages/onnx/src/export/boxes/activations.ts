import type { Activation, ActivationKind } from '@fluxion/layers';
import type { BoxOperators, BoxWriter } from '../boxWriter.js';
import { operator } from './elementwise.js';

/** The functions of each element. */
export const activations: Readonly<Record<ActivationKind, BoxOperators>> = {
  abs: operator('Abs'),
  clip: (box: BoxWriter<Activation<'clip'>>) => {
    const { min = 0, max = 1 } = box.description;
    return box.add('Clip', [box.input, box.number(min), box.number(max)]);
  },
  elu: (box: BoxWriter<Activation<'elu'>>) =>
    box.add('Elu', [box.input], { alpha: { float: box.description.alpha ?? 1 } }),
  exp: operator('Exp'),
  expm1: (box) => box.add('Sub', [box.add('Exp', [box.input]), box.number(1)]),
  gelu: (box) => {
    const erf = box.add('Erf', [box.add('Mul', [box.input, box.number(Math.SQRT1_2)])]);
    return half(box, box.input, erf);
  },
  geluTanh: (box) => {
    const cube = box.add('Mul', [box.add('Mul', [box.input, box.input]), box.input]);
    const inner = box.add('Add', [box.input, box.add('Mul', [cube, box.number(0.044715)])]);
    return half(
      box,
      box.input,
      box.add('Tanh', [box.add('Mul', [inner, box.number(Math.sqrt(2 / Math.PI))])]),
    );
  },
  hardSigmoid: (box) =>
    box.add('HardSigmoid', [box.input], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } }),
  hardSwish: operator('HardSwish'),
  leakyRelu: (box: BoxWriter<Activation<'leakyRelu'>>) =>
    box.add('LeakyRelu', [box.input], { alpha: { float: box.description.slope ?? 0.01 } }),
  log: operator('Log'),
  log1p: (box) => box.add('Log', [box.add('Add', [box.input, box.number(1)])]),
  mish: (box) => box.add('Mul', [box.input, box.add('Tanh', [box.add('Softplus', [box.input])])]),
  relu: operator('Relu'),
  selu: operator('Selu'),
  sigmoid: operator('Sigmoid'),
  silu: (box) => box.add('Mul', [box.input, box.add('Sigmoid', [box.input])]),
  softplus: operator('Softplus'),
  softsign: operator('Softsign'),
  sqrt: operator('Sqrt'),
  tanh: operator('Tanh'),
};

/** x (1 + y) / 2. */
function half(box: BoxWriter, x: string, y: string): string {
  const share = box.add('Mul', [box.add('Add', [y, box.number(1)]), box.number(0.5)]);
  return box.add('Mul', [x, share]);
}
