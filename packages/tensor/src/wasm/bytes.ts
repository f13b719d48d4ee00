import { OptionError } from '../errors.js';
import type { Kernels } from '../kernels.js';
import { contiguous, FLOAT } from './layout.js';
import type { Machine } from './machine.js';

/** Bytes that become numbers. */
export function byteKernels({ exports }: Machine): Pick<Kernels, 'scaleBytes'> {
  return {
    scaleBytes(bytes, output, factor) {
      if (!(bytes.buffer instanceof SharedArrayBuffer)) {
        throw new OptionError(
          "scaleBytes bytes: expected memory of the kernels' arena, got some outside; take it from arena.tensor",
        );
      }
      const from = bytes.byteOffset;
      const to = contiguous('scaleBytes output', output);
      return (start, end) => exports.scaleBytes(end - start, from + start, to + start * FLOAT, factor);
    },
  };
}
