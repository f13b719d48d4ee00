import { readFileSync } from 'node:fs';
import type { Arena } from '../arena.js';
import { OptionError } from '../errors.js';
import type { WasmExports } from './exports.js';

/** The builds of the module: strict arithmetic, and with relaxed multiply-add. */
export type WasmBuild = 'wasm' | 'wasm-relaxed';

const files: Readonly<Record<WasmBuild, string>> = {
  wasm: 'kernels.wasm',
  'wasm-relaxed': 'kernels-relaxed.wasm',
};

const compiled = new Map<WasmBuild, WebAssembly.Module>();

/** @throws {OptionError} when this Node cannot run the build. */
export function compiledModule(build: WasmBuild): WebAssembly.Module {
  const module = compiled.get(build) ?? compile(build);
  compiled.set(build, module);
  return module;
}

/**
 * The module's exports on the memory of an arena. A build is read and compiled once per process.
 *
 * @throws {OptionError} when this Node cannot run the build.
 */
export function instantiate(build: WasmBuild, arena: Arena): WasmExports {
  const instance = new WebAssembly.Instance(compiledModule(build), {
    env: { memory: arena.memory as WebAssembly.Memory },
  });
  return instance.exports as unknown as WasmExports;
}

function compile(build: WasmBuild): WebAssembly.Module {
  const bytes = read(files[build]);
  if (!WebAssembly.validate(bytes)) {
    throw new OptionError(
      `kernels '${build}': expected a Node whose WebAssembly has ${build === 'wasm' ? 'SIMD and threads' : 'relaxed SIMD'}, got ${process.version}; use ${build === 'wasm' ? 'Node 20.19 or newer' : "kernels 'wasm', Node 22 or newer, or node --experimental-wasm-relaxed-simd"}`,
    );
  }
  return new WebAssembly.Module(bytes);
}

/** Sources and compiled files lie equally deep, so one path finds the module from both. */
function read(file: string): Buffer<ArrayBuffer> {
  const url = new URL(`../../dist/${file}`, import.meta.url);
  try {
    return readFileSync(url);
  } catch (cause) {
    throw new OptionError(
      `kernels: expected the module ${file} beside the package, found none; run npm run build`,
      {
        cause,
      },
    );
  }
}
