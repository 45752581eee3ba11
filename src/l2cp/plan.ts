import { CATALOGUE, CONTROL_ROW } from './catalogue/index.js';
import { buildFrame, encapsulate, freshAddress, sideAddress } from './frame.js';
import type { PortRef, SendingPhase } from './observations.js';
import type { Profile } from './profile.js';
import type { CatalogueRow, Direction, Encapsulation, FrameIdentity } from './types.js';
import { userRow, type UserFrame } from './user-frames.js';

/** A matrix, decided before anything is sent. Plain data. */
export interface L2cpPlan {
  readonly from: PortRef;
  readonly to: PortRef;
  /** The devices between, as the topology has them. */
  readonly through: readonly string[];
  /** Ports where nothing may come out. */
  readonly watch: readonly PortRef[];
  /** Ids of the rows, the control first. */
  readonly rows: readonly string[];
  /** The user's own frames; some of `rows`. */
  readonly userFrames: readonly UserFrame[];
  readonly encapsulations: readonly Encapsulation[];
  readonly directions: readonly Direction[];
  /** Of each row, direction and encapsulation. */
  readonly framesPerRow: number;
  /** Of each sending side. */
  readonly ratePps: number;
  /** How long a frame may take before it is late. */
  readonly lateNs: number;
  /** How long is waited for frames after the last one was sent. */
  readonly waitNs: number;
  /** How long is waited for answers, in each round. */
  readonly answerNs: number;
  readonly profile: Profile;
}

/** The rows of a plan, in its order. @throws Error where it names one that there is not */
export function rowsOf(plan: Pick<L2cpPlan, 'rows' | 'userFrames'>): readonly CatalogueRow[] {
  const known = [...CATALOGUE, ...plan.userFrames.map(userRow)];
  return plan.rows.map((id) => {
    const row = known.find((one) => one.id === id);
    if (row === undefined) throw new Error(`there is no row ${id}`);
    return row;
  });
}

/** A frame that is to be sent. */
export interface PlannedFrame {
  readonly number: number;
  readonly row: string;
  readonly direction: Direction;
  readonly encapsulation: Encapsulation;
  readonly phase: SendingPhase;
  readonly hex: string;
}

/** The addresses and numbers of a row's frame. */
export function identityOf(
  runTag: number,
  place: { readonly row: number; readonly direction: Direction; readonly encapsulation: Encapsulation },
  number: number,
): FrameIdentity {
  const [own, other] = place.direction === 'forward' ? (['from', 'to'] as const) : (['to', 'from'] as const);
  return {
    source: sideAddress(runTag, own, place.encapsulation),
    peer: sideAddress(runTag, other, place.encapsulation),
    row: place.row,
    number,
  };
}

/** Makes the frames of a run and counts them through: no two have the same number. */
export class FrameMaker {
  private next = 1;
  private readonly rows: readonly CatalogueRow[];

  constructor(
    private readonly plan: L2cpPlan,
    private readonly runTag: number,
  ) {
    this.rows = rowsOf(plan);
  }

  /** Three untagged frames of the control row each way. */
  control(): readonly PlannedFrame[] {
    return this.plan.directions.flatMap((direction) =>
      [1, 2, 3].map(() => this.frame(CONTROL_ROW.id, direction, 'untagged', 'control')),
    );
  }

  /** Everything once, then everything again: copies of one row do not stand side by side. */
  matrix(): readonly PlannedFrame[] {
    const { plan } = this;
    return Array.from({ length: plan.framesPerRow }, () =>
      plan.directions.flatMap((direction) =>
        plan.encapsulations.flatMap((encapsulation) =>
          plan.rows.map((row) => this.frame(row, direction, encapsulation, 'matrix')),
        ),
      ),
    ).flat();
  }

  frame(id: string, direction: Direction, encapsulation: Encapsulation, phase: SendingPhase): PlannedFrame {
    const index = this.rows.findIndex((row) => row.id === id);
    const number = this.next++;
    const row = this.rows[index]!;
    const identity = identityOf(this.runTag, { row: index + 1, direction, encapsulation }, number);
    // An authenticator gives up on a station that starts again and again, as it does in the matrix: come as another one.
    const asNew = phase === 'elicit' && row.answer === 'eapol';
    const used = asNew ? { ...identity, source: freshAddress(this.runTag, number) } : identity;
    const bytes = encapsulate(buildFrame(row, used, this.runTag), encapsulation);
    return { number, row: id, direction, encapsulation, phase, hex: Buffer.from(bytes).toString('hex') };
  }
}
