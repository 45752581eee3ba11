import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { TimeoutError } from '../../../../src/core/errors.js';
import { askDaemon } from '../../../../src/device/frr/vty-socket.js';
import type { LabNode } from '../../../../src/runtime/types.js';

const OK = [0, 0, 0, 0];
const WARNING = [0, 0, 0, 1];

describe('askDaemon', () => {
  let folder: string;
  let server: Server | undefined;
  const open: Socket[] = [];
  const heard: string[] = [];

  /** A daemon that answers each command in the pieces that `answer` gives. */
  async function daemon(name: string, answer: (command: string) => readonly (string | number[])[]): Promise<void> {
    server = createServer((socket) => {
      open.push(socket);
      let rest = '';
      socket.setEncoding('latin1').on('data', (text: string) => {
        const commands = (rest + text).split('\0');
        rest = commands.pop()!;
        for (const command of commands) {
          heard.push(command);
          for (const piece of answer(command)) socket.write(typeof piece === 'string' ? piece : Buffer.from(piece));
        }
      });
    }).listen(join(folder, `${name}.vty`));
    await once(server, 'listening');
  }

  const node = {
    name: 'r1',
    connect: async (path: string) => {
      const socket = connect(join(folder, path.replace('/run/frr/', '')));
      await once(socket, 'connect');
      return socket;
    },
  } as unknown as LabNode;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'faultline-vty-'));
    heard.length = 0;
  });
  afterEach(() => {
    for (const socket of open.splice(0)) socket.destroy();
    server?.close();
    server = undefined;
    rmSync(folder, { recursive: true });
  });

  it('asks the daemon that knows, and gives its words without their end', async () => {
    await daemon('pimd', (command) => (command === 'enable' ? [OK] : ['{"a":', '"ü"}\n', OK]));
    expect(await askDaemon(node, 'show ip pim neighbor json', 5000)).to.equal('{"a":"ü"}\n');
    expect(heard).to.deep.equal(['enable', 'show ip pim neighbor json']);
  });

  it('waits for an end that comes in pieces', async () => {
    await daemon('ospfd', (command) => (command === 'enable' ? [[0], [0, 0, 0]] : ['{}', [0, 0], [0], [0]]));
    expect(await askDaemon(node, 'show ip ospf neighbor json', 5000)).to.equal('{}');
  });

  it('leaves complaints, dead daemons and other commands to vtysh', async () => {
    await daemon('pimd', (command) => (command === 'enable' ? [OK] : ['% no\n', WARNING]));
    expect(await askDaemon(node, 'show ip pim neighbor json', 5000)).to.equal(undefined);
    expect(await askDaemon(node, 'show bfd peers json', 5000)).to.equal(undefined);
    expect(await askDaemon(node, 'show running-config', 5000)).to.equal(undefined);
    expect(await askDaemon({ name: 'r1' } as LabNode, 'show ip pim neighbor json', 5000)).to.equal(undefined);
  });

  it('leaves it to vtysh where the daemon ends half-way', async () => {
    await daemon('pimd', (command) => {
      if (command !== 'enable') for (const socket of open) socket.destroy();
      return command === 'enable' ? [OK] : [];
    });
    expect(await askDaemon(node, 'show ip mroute json', 5000)).to.equal(undefined);
  });

  it('gives up on a daemon that takes the question and stands still', async () => {
    await daemon('pimd', () => []);
    const error = await askDaemon(node, 'show ip mroute json', 50).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(TimeoutError);
    expect(String(error)).to.contain('pimd on r1');
  });
});
