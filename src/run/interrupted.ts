/** The user, or the system, asked faultline to stop: everything is undone, nothing is judged. Exit code 130. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor(readonly signal: string) {
    super(`interrupted by ${signal}`);
  }
}
