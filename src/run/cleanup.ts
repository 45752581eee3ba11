import { CleanupError } from '../core/errors.js';

/** What has to be undone, last first. Every step is tried, whatever the others do. */
export class CleanupStack {
  private steps: { readonly what: string; readonly undo: () => Promise<void> }[] = [];

  /** @returns a function that performs this step now, once; afterwards the stack leaves it out. */
  push(what: string, undo: () => Promise<void>): () => Promise<void> {
    const step = { what, undo };
    this.steps.push(step);
    return async () => {
      if (!this.steps.includes(step)) return;
      this.steps = this.steps.filter((other) => other !== step);
      await undo();
    };
  }

  /** @throws CleanupError with all that failed, after everything was tried. */
  async unwind(): Promise<void> {
    const errors: Error[] = [];
    for (let step = this.steps.pop(); step !== undefined; step = this.steps.pop()) {
      try {
        await step.undo();
      } catch (cause) {
        errors.push(new Error(`${step.what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause }));
      }
    }
    if (errors.length > 0) {
      throw new CleanupError(errors, `could not be undone: ${errors.map((error) => error.message).join('; ')}`);
    }
  }
}
