import { z } from 'zod';
import { PAYLOAD_HEADER_BYTES } from '../packet/payload.js';
import { bytes, positiveDuration, rate } from './fields.js';

/** One segment on a link of 1500 bytes, with TCP's time stamps. */
const MAX_ORDER_BYTES = 1448;

/** An item under `traffic` that has the key `order-entry`. */
export const orderItem = z.strictObject({
  'order-entry': z.enum(['udp', 'tcp']).describe('Request and reply datagrams, or a TCP session'),
  from: z.string().min(1).describe('The client: node, or node:interface where it has several'),
  to: z.string().min(1).describe('The matching engine, which answers each order: node or node:interface'),
  rate: rate.describe('Orders per second'),
  port: z.int().min(1).max(65535).default(7001).describe('Where the engine listens'),
  size: bytes
    .refine(
      (n) => n >= PAYLOAD_HEADER_BYTES && n <= MAX_ORDER_BYTES,
      `must be ${PAYLOAD_HEADER_BYTES} to ${MAX_ORDER_BYTES} bytes (an order, and each reply)`,
    )
    .default(100)
    .describe('Bytes of an order and of a reply'),
  'session-timeout': positiveDuration
    .default(15_000_000_000)
    .describe('TCP: a session that answers nothing for so long is given up, and a new one opened'),
});

export type OrderEntry = z.output<typeof orderItem>;

/** The key by which such an item is told from a multicast flow. */
export const ORDER_KEY = 'order-entry';
