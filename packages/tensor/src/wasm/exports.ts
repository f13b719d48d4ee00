import type { instantiate } from '../../dist/kernels.js';

/**
 * What the module in `assembly/` exports, as its compiler declares it: lengths in elements, addresses and strides in bytes;
 * `add` is 1 to add to what is there, 0 to overwrite it.
 */
export type WasmExports = Awaited<ReturnType<typeof instantiate>>;
