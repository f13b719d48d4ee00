import { DataType } from 'apache-arrow';

/** How a cell of a type is written: a gap is empty, times are ISO 8601. */
export function cellText(type: DataType): (value: unknown) => string {
  const isTime = DataType.isTimestamp(type) || DataType.isDate(type);
  return (value) => {
    if (value === null || value === undefined || Number.isNaN(value)) return '';
    return isTime ? new Date(Number(value)).toISOString() : String(value);
  };
}
