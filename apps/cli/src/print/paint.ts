import { styleText } from "node:util";

/** How each thing looks. Colour is off for pipes and where `NO_COLOR` is set; `node:util` looks after both. */
export type Paint = (style: Style, text: string) => string;

type Style = "error" | "warning" | "strong" | "faint" | "added" | "removed" | "hunk";

const formats = {
  error: ["bold", "red"],
  warning: ["bold", "yellow"],
  strong: ["bold"],
  faint: ["gray"],
  added: ["green"],
  removed: ["red"],
  hunk: ["cyan"],
} as const;

export function paintFor(stream: NodeJS.WritableStream): Paint {
  return (style, text) => styleText([...formats[style]], text, { stream });
}
