import { expect } from 'chai';
import { configLines } from '../../../../src/device/frr/config-lines.js';
import { restoreConfig } from '../../../../src/device/frr/restore.js';
import type { Vtysh } from '../../../../src/device/frr/vtysh.js';

/**
 * A small FRR: lines in blocks, `no` takes a line or a block away, a key (the first word of `keyed` lines) has one value.
 * `refuses` says which commands it does not take.
 */
class SmallFrr {
  readonly commands: string[] = [];
  private lines: string[][];

  constructor(
    text: string,
    private readonly refuses: (command: string) => boolean = () => false,
    private readonly keyed: readonly string[] = [],
  ) {
    this.lines = configLines(text).map((line) => [...line.path]);
  }

  text(): string {
    return this.lines.map((path) => `${' '.repeat(path.length - 1)}${path.at(-1)!}\n`).join('');
  }

  get vtysh(): Vtysh {
    return { configure: async (given: readonly string[]) => this.configure(given) } as unknown as Vtysh;
  }

  private configure(given: readonly string[]): string | undefined {
    const headers: string[] = [];
    for (const command of given) {
      this.commands.push(command);
      if (this.refuses(command)) return `% Unknown command: ${command}`;
      const path = [...headers, command.replace(/^no /, '')];
      const key = path.join('\n');
      const within = (one: readonly string[]): boolean => `${one.join('\n')}\n`.startsWith(`${key}\n`);
      if (command.startsWith('no ')) {
        const shortened = (one: readonly string[]): boolean => one.join('\n').startsWith(`${key} `);
        this.lines = this.lines.filter((one) => !within(one) && !shortened(one));
        continue;
      }
      const word = command.split(' ')[0]!;
      if (this.keyed.includes(word)) {
        const sibling = [...headers, `${word} `].join('\n');
        this.lines = this.lines.filter((one) => !one.join('\n').startsWith(sibling));
      }
      if (!this.lines.some((one) => one.join('\n') === key)) {
        const parent = this.lines.findLastIndex(
          (one) => one.slice(0, headers.length).join('\n') === headers.join('\n'),
        );
        this.lines.splice(headers.length === 0 ? this.lines.length : parent + 1, 0, path);
      }
      if (/^(interface|router|bfd|profile)/.test(command)) headers.push(command);
    }
    return undefined;
  }
}

const WANTED = 'hostname r1\ninterface eth1\n cost 10\n pim\nrouter ospf\n router-id 1.1.1.1\n';

async function restored(frr: SmallFrr, wanted = WANTED): Promise<string> {
  try {
    await restoreConfig(frr.vtysh, async () => frr.text(), wanted);
  } catch (error) {
    return (error as Error).message;
  }
  return frr.text();
}

describe('restoreConfig', () => {
  it('does nothing where nothing differs', async () => {
    const frr = new SmallFrr(WANTED);
    expect(await restored(frr)).to.equal(WANTED);
    expect(frr.commands).to.deep.equal([]);
  });

  it('gives what is missing and takes what is too much', async () => {
    const frr = new SmallFrr('hostname r1\ninterface eth1\n cost 10\n igmp\nrouter rip\n network eth1\n');
    expect(await restored(frr)).to.equal(WANTED);
    expect(frr.commands).to.include.members(['router ospf', 'no igmp', 'no router rip']);
    expect(frr.commands).to.not.include('no network eth1');
  });

  it('sets a changed value back instead of taking it away', async () => {
    const frr = new SmallFrr(WANTED.replace('cost 10', 'cost 50'), () => false, ['cost']);
    expect(await restored(frr)).to.contain(' cost 10\n');
    expect(frr.commands.some((command) => command.startsWith('no '))).to.equal(false);
  });

  it('shortens a line whose full form is not negated', async () => {
    const frr = new SmallFrr(`${WANTED} timers throttle 1 2 3\n`, (command) => /^no timers throttle ./.test(command));
    expect(await restored(frr)).to.equal(WANTED);
    expect(frr.commands).to.include('no timers throttle');
  });

  it('takes the block away and writes it again where a line in it cannot be negated', async () => {
    const wanted = 'bfd\n profile fast\n  receive 100\n';
    const frr = new SmallFrr(`${wanted}  transmit 100\n`, (command) => command.startsWith('no transmit'));
    expect(await restored(frr, wanted)).to.equal(wanted);
    expect(frr.commands).to.include('no profile fast');
  });

  it('takes the lines away one by one where the interface itself cannot go', async () => {
    const frr = new SmallFrr(`${WANTED}interface eth2\n pim\n`, (command) => command === 'no interface eth2');
    expect(await restored(frr)).to.match(/could not be brought back[\s\S]*\+interface eth2\n[\s\S]*Unknown command/);
    expect(frr.text()).to.equal(`${WANTED}interface eth2\n`);
  });

  it('takes a `no` line away by its positive', async () => {
    const frr = new SmallFrr(`${WANTED}no forwarding\n`);
    await restored(frr);
    expect(frr.commands).to.include('forwarding');
  });
});
