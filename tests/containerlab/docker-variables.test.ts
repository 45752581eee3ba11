import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { expect } from 'chai';
import { runCommand } from '../../src/process/command.js';
import { Workplace } from '../lab/cli.js';
import { LabFiles, pairText } from './labs.js';
import { traces } from './traces.js';

/** The Docker of these tests, reached over TCP and TLS as its own variables say: relays in front of its socket. */
describe('Docker where its own variables say', function () {
  this.timeout(120_000);
  const files = new LabFiles();
  const place = new Workplace();
  const certificates = join(place.dir, 'certificates');
  const socket = (process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock').replace(/^unix:\/\//, '');
  const servers: Server[] = [];
  let connections = 0;

  /** @returns its port */
  async function relay(server: Server): Promise<number> {
    servers.push(server.listen(0, '127.0.0.1'));
    await new Promise((done) => server.once('listening', done));
    return (server.address() as AddressInfo).port;
  }
  const relayed = (client: Socket): void => {
    connections++;
    const docker = connect(socket);
    const end = (): void => void (client.destroy(), docker.destroy());
    client.on('error', end).on('close', end).pipe(docker);
    docker.on('error', end).on('close', end).pipe(client);
  };

  before(async () => {
    // One key for all: an authority, and what it has signed for both sides.
    mkdirSync(certificates);
    const openssl = (...argv: string[]): Promise<unknown> => runCommand(['openssl', ...argv], { cwd: certificates });
    const subject = ['-subj', '/CN=faultline test', '-days', '2'];
    await openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'ca-key.pem',
      '-out',
      'ca.pem',
      ...subject,
    );
    await openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'key.pem',
      '-out',
      'request.pem',
      '-subj',
      '/CN=x',
    );
    writeFileSync(join(certificates, 'names'), 'subjectAltName=IP:127.0.0.1\n');
    await openssl(
      ...['x509', '-req', '-in', 'request.pem', '-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial'],
      ...['-days', '2', '-extfile', 'names', '-out', 'cert.pem'],
    );
  });
  after(() => {
    for (const server of servers) server.close();
    files.remove();
    place.remove();
  });

  const tls = (): Server => {
    const read = (name: string): Buffer => readFileSync(join(certificates, name));
    const options = { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
    return createTlsServer({ ...options, requestCert: true, rejectUnauthorized: true }, relayed);
  };

  /** Up, looked at, asked, down. */
  async function works(lab: string, env: Readonly<Record<string, string>>): Promise<void> {
    const file = files.write(lab, pairText(lab));
    try {
      const up = await place.run(['up', '-t', file], env);
      expect(up.exitCode, up.stdout + up.stderr).to.equal(0);
      expect(up.stderr).to.match(/^runtime containerlab \(auto: \S+ and Docker \S+ at https?:\/\/127\.0\.0\.1:\d+\)/);
      const said = await place.run(['exec', '--name', lab, '--node', 'b', '--', 'ping', '-c', '1', '10.0.0.1'], env);
      expect(said.exitCode, said.stdout + said.stderr).to.equal(0);
    } finally {
      const down = await place.run(['down', '--name', lab], env);
      expect(down.exitCode, down.stderr).to.equal(0);
    }
    expect(await traces(lab)).to.deep.equal([]);
  }

  it('over TCP', async () => {
    const port = await relay(createServer(relayed));
    await works('clab-tcp', { DOCKER_HOST: `tcp://127.0.0.1:${port}` });
    expect(connections).to.be.above(0);
  });

  it('over TLS, both sides with a certificate', async () => {
    const port = await relay(tls());
    connections = 0;
    const env = { DOCKER_HOST: `tcp://127.0.0.1:${port}`, DOCKER_TLS_VERIFY: 'yes', DOCKER_CERT_PATH: certificates };
    await works('clab-tls', env);
    expect(connections).to.be.above(0);
  });

  it('what does not fit is told: no TLS, no certificate, none that can be read', async () => {
    const port = await relay(tls());
    const host = { DOCKER_HOST: `tcp://127.0.0.1:${port}` };
    const file = files.write('clab-none', pairText('clab-none'));
    const fails = async (env: Readonly<Record<string, string>>): Promise<string> => {
      const end = await place.run(['up', '-t', file, '--runtime', 'containerlab'], { ...host, ...env });
      expect(end.exitCode, end.stdout + end.stderr).to.equal(4);
      return end.stderr;
    };
    expect(await fails({})).to.contain(`Docker at http://127.0.0.1:${port} cannot be reached`);
    expect(await fails({ DOCKER_TLS_VERIFY: '1' })).to.contain(`Docker at https://127.0.0.1:${port} cannot be reached`);
    const nowhere = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: place.temporary };
    expect(await fails(nowhere))
      .to.contain('cannot be asked as its variables say: ENOENT')
      .and.contain('ca.pem');
    const auto = await place.run(['inspect', '--all'], { ...host, ...nowhere });
    expect(auto.exitCode, auto.stdout + auto.stderr).to.equal(0);
  });
});
