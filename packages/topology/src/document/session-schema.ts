import { z } from "zod";
import { secretFile } from "./text.js";

/** Seconds; each place says what they are the timers of. */
export const timers = {
  holdTime: z.int().min(3).max(65535).optional(),
  keepalive: z.int().min(1).max(21845).optional(),
  longLivedGracefulRestart: z.int().min(1).max(16_777_215).optional(),
};

/** What may be said of any one session between two of the topology's own nodes; it holds for both ends. */
export const sessionOptions = {
  passwordFile: secretFile
    .optional()
    .describe("File on both nodes that holds the TCP MD5 password (RFC 2385) of the session."),
  bfd: z
    .boolean()
    .optional()
    .describe("Watch the session with BFD (RFC 5880); default: as `bgp.defaults.bfd`.")
    .meta({ examples: [true] }),
};

/** The same of a session over a cable. */
export const linkBgp = z
  .strictObject({
    ...sessionOptions,
    ttlSecurity: z
      .boolean()
      .default(false)
      .describe("Take packets from the other end of the cable alone (RFC 5082).")
      .meta({ examples: [true] }),
  })
  .describe("What holds for the eBGP session over the link.");

export type TopologySessionOptions = Pick<z.output<typeof linkBgp>, "passwordFile" | "bfd">;
