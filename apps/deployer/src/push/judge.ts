import type { NodeReport } from "./activation.js";

/** Where an activation stands, by what the node itself says. */
export type Standing =
  /** It has to be begun, or begun again because nobody is at it. */
  | { readonly is: "to-begin" }
  | { readonly is: "underway" }
  /** It runs, and waits to be confirmed. */
  | { readonly is: "activated" }
  | { readonly is: "confirmed"; readonly isRestarted: boolean }
  | { readonly is: "rolled-back"; readonly why: string }
  /** It runs neither the one nor the other, or nobody knows how it came to. */
  | { readonly is: "astray"; readonly why: string };

/**
 * What became of an activation. Nothing is assumed: what counts is what the node runs now.
 *
 * @param system - what it was to run
 * @param previous - what it ran before the activation, where that is known to have begun; else `null`
 */
export function judge(report: NodeReport, system: string, previous: string | null): Standing {
  const { status, begun, boot, isAlive, why } = report;
  const astray = (text: string): Standing => ({ is: "astray", why: text });
  if (status === null) {
    if (previous === null) return { is: "to-begin" };
    const nothing = "it knows nothing of its activation any more";
    return report.system === previous
      ? { is: "rolled-back", why: nothing }
      : astray(`${nothing}, and runs ${report.system}`);
  }
  if (status === "confirmed") {
    if (report.system === system) return { is: "confirmed", isRestarted: begun !== boot };
    const text = `it was confirmed, and runs ${report.system}`;
    return report.system === report.previous ? { is: "rolled-back", why: text } : astray(text);
  }
  if (status === "rolled-back" && report.system === report.previous) return { is: "rolled-back", why };
  if (status === "rolled-back" || status === "astray") return astray(`${why}; it runs ${report.system}`);
  if (begun !== boot) {
    if (report.system === system) return { is: "to-begin" };
    const text = "it restarted before it was confirmed";
    return report.system === report.previous
      ? { is: "rolled-back", why: text }
      : astray(`${text}, and runs ${report.system}`);
  }
  if (!isAlive) return { is: "to-begin" };
  return { is: status === "activated" ? "activated" : "underway" };
}
