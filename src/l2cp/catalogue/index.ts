import type { CatalogueRow } from '../types.js';
import { EXTRA_ROWS } from './extra.js';
import { FAN_OUT_ROWS } from './fan-out.js';

/** Every frame there is, the table's rows first. */
export const CATALOGUE: readonly CatalogueRow[] = [...FAN_OUT_ROWS, ...EXTRA_ROWS];

/** The row that must pass before anything else means something. */
export const CONTROL_ROW: CatalogueRow = EXTRA_ROWS[0]!;
