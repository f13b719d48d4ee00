import type { Saved, Tensor } from '@fluxion/tensor';

/** The tensors of several things that are saved as one, each under the name of what it belongs to: `served.model.bias`. */
export function joined(parts: Readonly<Record<string, Saved>>): ReadonlyMap<string, Tensor> {
  return new Map(
    Object.entries(parts).flatMap(([part, { tensors }]) =>
      [...tensors].map(([name, values]) => [`${part}.${name}`, values] as const),
    ),
  );
}

/** Those of one of them. */
export function tensorsOf(part: string, tensors: ReadonlyMap<string, Tensor>): ReadonlyMap<string, Tensor> {
  const start = `${part}.`;
  return new Map(
    [...tensors].flatMap(([name, values]) =>
      name.startsWith(start) ? [[name.slice(start.length), values] as const] : [],
    ),
  );
}
