/** Where packets are recorded. `id` names the file: `pcaps/<id>.pcap`. */
export interface CapturePoint {
  /** `tx-feed-a`, `rx-desk1`, `link-core1-eth2` */
  readonly id: string;
  readonly node: string;
  readonly interface: string;
  readonly role: 'sender' | 'receiver' | 'link';
}

/** What one capture did, with tcpdump's own closing counts. */
export interface CaptureReport {
  readonly id: string;
  readonly node: string;
  readonly interface: string;
  readonly role: CapturePoint['role'];
  /** Relative to the run folder. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly snaplen: number;
  /** As tcpdump counts: written to the file; seen by the filter; dropped by the kernel; dropped by the interface. null: it did not say. */
  readonly captured: number | null;
  readonly receivedByFilter: number | null;
  readonly droppedByKernel: number | null;
  readonly droppedByInterface: number | null;
  /** Not empty: the capture cannot be trusted (drops, ended early, cut file). */
  readonly problems: readonly string[];
}
