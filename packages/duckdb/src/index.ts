export { type DuckdbOptions, duckdb } from './duckdb.js';
export { parquetFile } from './parquetFile.js';
export { writeParquet } from './writeParquet.js';
