/** Where something stands in a file. `line` and `column` count from 1. */
export interface SourceRef {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}
