import { WriteStream } from "node:tty";
import { styleText } from "node:util";

/** How each thing looks. Colour is off for pipes and where `NO_COLOR` is set; `FORCE_COLOR` says otherwise. */
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
  if (!hasColours(stream)) return (_, text) => text;
  return (style, text) => styleText([...formats[style]], text, { validateStream: false });
}

/** `styleText` would ask the stream itself, but not on Node 20. */
function hasColours(stream: NodeJS.WritableStream): boolean {
  const forced = process.env.FORCE_COLOR;
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return stream instanceof WriteStream && stream.hasColors();
}
