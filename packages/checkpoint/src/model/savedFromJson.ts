import type { Saved, Tensor } from '@fluxion/tensor';
import type { JsonValue } from '../json/jsonValue.js';

/** What model.json and a file of tensors keep together. */
export function savedFromJson<T extends ReadonlyMap<string, Tensor>>(
  json: JsonValue,
  tensors: T,
): Saved & { readonly tensors: T } {
  return { kind: json.field('kind').string(), options: json.field('options').object(), tensors };
}
