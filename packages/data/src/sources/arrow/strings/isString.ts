import { DataType, type LargeUtf8, type Utf8, type Utf8View } from 'apache-arrow';

/** Whether a type is one of the three that Arrow has for strings. */
export function isString(type: DataType): type is Utf8 | LargeUtf8 | Utf8View {
  return DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type);
}
