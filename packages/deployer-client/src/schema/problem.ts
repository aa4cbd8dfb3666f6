import { z } from "zod";

/** Every code of a problem, with the status that it comes with, its title, and whether trying again may help. */
// biome-ignore format: it reads as a table.
export const problems = {
  malformed:            { status: 400, retryable: false, title: "The request cannot be read" },
  unauthorized:         { status: 401, retryable: false, title: "The key or token is not good" },
  bad_signature:        { status: 401, retryable: false, title: "The message's signature is not good" },
  forbidden:            { status: 403, retryable: false, title: "Not allowed" },
  not_approved:         { status: 403, retryable: false, title: "The node is not approved" },
  not_found:            { status: 404, retryable: false, title: "There is no such thing" },
  method_not_allowed:   { status: 405, retryable: false, title: "Not a method of this path" },
  timeout:              { status: 408, retryable: true,  title: "The request took too long to arrive" },
  identity_conflict:    { status: 409, retryable: false, title: "Another machine has this identity" },
  bad_transition:       { status: 409, retryable: false, title: "The state of it has no such step" },
  rollout_underway:     { status: 409, retryable: false, title: "Another rollout has not ended" },
  idempotency_conflict: { status: 409, retryable: false, title: "The Idempotency-Key was used for another request" },
  revoked:              { status: 410, retryable: false, title: "The key was revoked" },
  compacted:            { status: 410, retryable: false, title: "The revision is gone: list again" },
  stale:                { status: 412, retryable: false, title: "Somebody else changed it: read again" },
  too_large:            { status: 413, retryable: false, title: "The request is too large" },
  invalid:              { status: 422, retryable: false, title: "The request has errors" },
  rate_limited:         { status: 429, retryable: true,  title: "Too many wrong keys" },
  internal:             { status: 500, retryable: true,  title: "A fault of the deployer" },
  unavailable:          { status: 503, retryable: true,  title: "Not able to answer now" },
} as const;

export type ProblemCode = keyof typeof problems;

const codes = Object.keys(problems) as [ProblemCode, ...ProblemCode[]];

const issueSchema = z
  .strictObject({ path: z.array(z.union([z.string(), z.number()])), message: z.string() })
  .meta({ id: "Issue" });
export type Issue = z.infer<typeof issueSchema>;

/** An error's body: RFC 9457, with a code that programs may rely on. */
export const problemSchema = z
  .object({
    type: z.string().describe("A URI reference that names the code."),
    title: z.string(),
    status: z.int(),
    code: z.enum(codes),
    retryable: z.boolean(),
    requestId: z.string().describe("As in the deployer's log."),
    detail: z.string().optional(),
    issues: z.array(issueSchema).optional(),
    from: z.string().optional().describe("For bad_transition: the state of the node or rollout."),
    to: z.string().optional().describe("For bad_transition: what was asked."),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof problemSchema>;
