import { expect } from 'chai';
import { parseIgpSettings } from '../../../src/device/frr/parse/igp-settings.js';
import { renderHtml as render } from '../../../src/report/html/page.js';
import type { RunResult } from '../../../src/run/result.js';
import { buildResult } from './build-result.js';

/** Cells of the table rows below a heading, as text. */
function rowsBelow(html: string, id: string): readonly (readonly string[])[] {
  const section = new RegExp(`<section id="${id}">([\\s\\S]*?)</section>`).exec(html)?.[1] ?? '';
  const text = (cell: string): string =>
    cell
      .replace(/<[^>]*>/g, '')
      .replaceAll('\u202f', ' ')
      .trim();
  return [...section.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row]) =>
    [...row!.matchAll(/<td[^>]*>([\s\S]*?)<\/td>/g)].map(([, cell]) => text(cell!)),
  );
}

const renderHtml = (result: RunResult): string => render(result, '');

function withIgps(result: RunResult, config: string): RunResult {
  return { ...result, lab: { ...result.lab, igps: [{ node: 'core1', settings: parseIgpSettings(config) }] } };
}

describe('the tables of RFC 6413 section 7 in the report', () => {
  it('give every parameter of the test', () => {
    const config = 'router ospf\n timers throttle spf 10 50 500\n network 10.0.0.0/8 area 0\nexit\n';
    const rows = rowsBelow(renderHtml(withIgps(buildResult(), config)), 'parameters');
    const value = (title: string): string | undefined => rows.find(([first]) => first === title)?.[1];
    expect(rows.map(([first]) => first)).to.include.members([
      ...['Test case', 'Test topology', 'IGP', 'Interface type', 'Packet size offered to the network', 'Offered load'],
      ...['IGP routes advertised by the tester', 'Nodes in emulated network', 'Number of parallel links'],
      ...['Number of routes measured', 'Packet sampling interval on tester', 'Forwarding delay threshold'],
      ...['Interface failure indication delay', 'LSA flood packet pacing'],
    ]);
    expect(value('IGP')).to.equal('OSPF on 1 routers');
    expect(value('IGP hello timer')).to.equal('10 s');
    expect(value('IGP dead interval')).to.equal('40 s');
    expect(value('LSA generation delay')).to.equal('5 s');
    expect(value('LSA retransmission packet pacing')).to.equal('5 s');
    expect(value('Route calculation delay')).to.equal('10 ms, 50 ms, 500 ms');
    const [flow] = buildResult().flows;
    expect(value('Packet size offered to the network')).to.equal(String(flow!.payloadBytes + 28));
  });

  it('say what an older result does not know, and what there is none of', () => {
    const old = rowsBelow(renderHtml(buildResult()), 'parameters');
    expect(old.find(([first]) => first === 'IGP hello timer')?.[1]).to.equal('not recorded');
    const none = rowsBelow(renderHtml(withIgps(buildResult(), 'hostname x\n')), 'parameters');
    expect(none.find(([first]) => first === 'IGP')?.[1]).to.equal('none');
    expect(none.find(([first]) => first === 'IGP hello timer')?.[1]).to.equal('–');
  });

  it('give the metrics and benchmarks of the initial and of the reversion event', () => {
    const html = renderHtml(buildResult({ lost: 1032, lostOnReturn: 10 }));
    for (const event of ['initial', 'reversion']) {
      const rows = rowsBelow(html, `event-${event}`);
      const titles = rows.map(([first]) => first!);
      expect(titles, event).to.include.members([
        ...['Convergence event', 'Packets offered', 'Packets forwarded', 'Connectivity packet loss'],
        ...[
          'Convergence packet loss',
          'Out-of-order packets',
          'Duplicate packets',
          'Excessive forwarding delay packets',
        ],
        ...['First route convergence time', 'Full convergence time', 'Loss-derived convergence time'],
        ...['Route-specific convergence time, minimum', 'Loss-derived loss of connectivity period'],
        ...['Route loss of connectivity period, minimum'],
      ]);
      expect(titles.filter((title) => ['… maximum', '… median', '… average'].includes(title))).to.have.length(6);
    }
    // One receiver lost 1032 packets, the other one more.
    const initial = rowsBelow(html, 'event-initial');
    const loss = initial.find(([first]) => first === 'Loss-derived convergence time')!;
    expect(loss[1]).to.match(/^1\.0325 s ± 1 ms$/);
  });

  it('give no times where nothing was lost', () => {
    const titles = rowsBelow(renderHtml(buildResult({ lost: 0, lostOnReturn: 0 })), 'event-initial').map(
      ([first]) => first,
    );
    expect(titles).to.include('Connectivity packet loss').and.to.not.include('Full convergence time');
  });
});
