import { describe, expect, it } from 'vitest';
import { arena } from './arena.js';
import { createKernels } from './createKernels.js';
import { OptionError } from './errors.js';
import type { KernelsName } from './kernels/kernels.js';

describe('createKernels', () => {
  it('gives the kernels of that name on the memory given', () => {
    const memory = arena('float64');
    const kernels = createKernels('reference', memory);
    expect(kernels.name).toBe('reference');
    expect(kernels.arena).toBe(memory);
  });

  it.each(['abacus', 'constructor', '__proto__', ''])(
    'refuses the name %j and lists those that there are',
    (name) => {
      expect(() => createKernels(name as KernelsName, arena('float32'))).toThrow(OptionError);
      expect(() => createKernels(name as KernelsName, arena('float32'))).toThrow(
        new RegExp(`^kernels: expected one of reference.*, got '${name}'; name one of these$`),
      );
    },
  );
});
