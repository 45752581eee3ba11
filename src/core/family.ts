import type { z } from 'zod';

/**
 * Something in a scenario that names a part of the topology, so that it can be checked before anything starts.
 * `path` leads from the options' own root to the value, for its position in the file.
 */
export interface Reference {
  readonly path: readonly (string | number)[];
  readonly type: 'node' | 'endpoint' | 'link' | 'flow';
  readonly value: string;
}

/** What every member of a family (faults, probes …) says about itself: help, lists, docs and schema come from it. */
export interface FamilyMember<Options> {
  readonly kind: string;
  /** One line: what it does. */
  readonly title: string;
  /** A YAML example of its options, as it stands in a scenario under its kind. */
  readonly example: string;
  readonly schema: z.ZodType<Options>;
  /** What of the topology its options name. */
  references(options: Options): readonly Reference[];
  /**
   * Endpoints (`node:interface`) where a capture could not see what it does: a capture taps a packet before the ingress
   * hook and after the egress hook. A scenario with such a capture, in this role where one is named, is refused.
   */
  hidesFrom?(
    options: Options,
  ): readonly { readonly endpoint: string; readonly role?: 'sender' | 'receiver'; readonly why: string }[];
}

/** A member whatever its options are. Its options come from its own schema only. */
export type AnyFamilyMember = Omit<FamilyMember<never>, 'schema'> & { readonly schema: z.ZodType };

/** The part of a family that the pure scenario reader needs. */
export interface Families {
  readonly faults: Readonly<Record<string, AnyFamilyMember>>;
  readonly probes: Readonly<Record<string, AnyFamilyMember>>;
}
