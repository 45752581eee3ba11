/** Started by the traffic test, which kills it: everything it started has to end with it. */
import { startCaptures } from '../../src/capture/captures.js';
import { startLinkEvents } from '../../src/capture/link-events.js';
import type { CapturePoint } from '../../src/capture/types.js';
import { resolveFlowAddresses } from '../../src/traffic/addresses.js';
import { startTraffic } from '../../src/traffic/session.js';
import { attachTrafficLab, flow } from './traffic-lab.js';

const [dir, name] = process.argv.slice(2) as [string, string];
const lab = attachTrafficLab(name);
const points: CapturePoint[] = ['feed', 'desk1'].map((node) => ({ id: node, node, interface: 'eth1', role: 'link' }));
await startCaptures(lab, points, { dir });
await startLinkEvents(lab, ['feed'], { dir });
const session = await startTraffic(lab, await resolveFlowAddresses(lab, [flow(1, 1000)]), { runTag: 1 });
await session.startSending();
process.stdout.write('under way\n');
