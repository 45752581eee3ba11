import { Fields, join, u16 } from './parts.js';
import { type Decoded, Undecodable } from './wire.js';

/** MAC Control opcodes (IEEE 802.3 Annex 31A). */
export const MAC_CONTROL_OPCODE = { pause: 0x0001, priorityPause: 0x0101 } as const;

/** PAUSE (IEEE 802.3 Annex 31B) or priority-based flow control (Annex 31D). Times in quanta of 512 bit times. */
export type MacControl =
  | { readonly protocol: 'mac-control'; readonly opcode: typeof MAC_CONTROL_OPCODE.pause; readonly time: number }
  | {
      readonly protocol: 'mac-control';
      readonly opcode: typeof MAC_CONTROL_OPCODE.priorityPause;
      /** A bit per priority. */
      readonly enabled: number;
      /** Of the eight priorities. */
      readonly times: readonly number[];
    };

/** @throws Undecodable on another opcode */
export function decodeMacControl(bytes: Uint8Array): Decoded<MacControl> {
  const fields = new Fields(bytes, 'a MAC Control frame');
  const opcode = fields.u16();
  switch (opcode) {
    case MAC_CONTROL_OPCODE.pause:
      return { layer: { protocol: 'mac-control', opcode, time: fields.u16() }, payload: fields.rest() };
    case MAC_CONTROL_OPCODE.priorityPause: {
      const enabled = fields.u16();
      const times = Array.from({ length: 8 }, () => fields.u16());
      return { layer: { protocol: 'mac-control', opcode, enabled, times }, payload: fields.rest() };
    }
    default:
      throw new Undecodable(`MAC Control opcode ${opcode}`);
  }
}

export function encodePause(time: number): Uint8Array {
  return join(u16(MAC_CONTROL_OPCODE.pause), u16(time));
}

export function encodePriorityPause(enabled: number, times: readonly number[]): Uint8Array {
  return join(u16(MAC_CONTROL_OPCODE.priorityPause), u16(enabled), ...times.map(u16));
}
