/** The world as a command sees it. Given from outside, so that a test runs a command without a process of its own. */
export interface Io {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Folder that relative paths start from. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
}

/** What a command's process ends with. */
export const exitCodes = {
  done: 0,
  /** The topology has errors, a rendered file is refused by its parser, or `diff --exit-code` found a difference. */
  refused: 1,
  /** Wrong usage: an unknown flag or name, a file that is not there. */
  usage: 2,
  /** A tool, file or folder that the command needs is missing or failed. */
  failed: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
