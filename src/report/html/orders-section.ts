import type { RunResult } from '../../run/result.js';
import { ORDER_COLUMNS, orderCells, orderRows, responseText } from '../orders.js';
import { eventWords, limitText, worst } from '../rows.js';
import { formatCount, formatOffset } from '../text/figures.js';
import { markup, type Markup } from './markup.js';
import { mono, name, outcomeMark, section, table } from './parts.js';

const NUMBERS: readonly string[] = ['orders', 'unanswered', 'sessions lost'];

/** Order entry both ways; null where there was none. */
export function ordersSection(result: RunResult): Markup | null {
  const rows = orderRows(result, worst);
  if (rows.length === 0) return null;
  const main = table(
    [
      ...ORDER_COLUMNS.map((title) => ({ title, number: NUMBERS.includes(title) })),
      { title: 'event' },
      { title: 'verdict' },
    ],
    rows.map((row) => {
      const cells = orderCells(row, '', limitText(row.judged)).map((cell, index) => (index < 2 ? name(cell) : cell));
      return [...cells, eventWords(result, row.event), outcomeMark(row.outcome)];
    }),
    'result',
  );
  const origin = result.fault?.appliedFrom ?? result.run.startedAt;
  const sessions = (result.analysis?.orders ?? []).flatMap((one) => one.sessions.map((session) => ({ one, session })));
  return section(
    'orders',
    'Order entry',
    main,
    table(
      [{ title: 'order entry' }, { title: 'reply after the order' }],
      (result.analysis?.orders ?? []).map((one) => [name(one.item), responseText(one)]),
      'plain',
    ),
    table(
      [
        { title: 'session of' },
        { title: 'client port', number: true },
        { title: 'opened' },
        { title: 'established' },
        { title: 'ended' },
        { title: 'how' },
        { title: 'evidence' },
      ],
      sessions.map(({ one, session }) => [
        name(one.item),
        String(session.clientPort),
        formatOffset(origin, session.opened.at),
        session.established === null ? 'never' : formatOffset(origin, session.established.at),
        session.ended === null ? '–' : formatOffset(origin, session.ended.at.at),
        session.ended?.how ?? '–',
        mono(`${session.opened.capture}.pcap #${formatCount(session.opened.frame)}`),
      ]),
    ),
    markup`<p class="small">Silence: from one reply to the next in the client's capture, while an order waited. Sent again: TCP segments with bytes that had left before (RFC 9293), by the sender's capture. There: orders to the engine; back: replies.</p>`,
  );
}
