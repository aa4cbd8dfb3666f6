/** The lab cannot go on: something that it needs is missing, or a tool or daemon refused. One sentence, for people. */
export class LabError extends Error {
  override readonly name = "LabError";
  /** What to do about it. */
  readonly hint: string | null;

  constructor(message: string, hint: string | null = null) {
    super(message);
    this.hint = hint;
  }
}
