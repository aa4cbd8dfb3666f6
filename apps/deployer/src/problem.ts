import { type Issue, type Problem, type ProblemCode, problems } from "@plasmacloud/deployer-client";
import type { z } from "zod";

/** Ends a request with an error that its sender is told. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly code: ProblemCode;
  readonly more: Partial<Pick<Problem, "detail" | "issues" | "from" | "to">> & { readonly retryAfter?: number };

  constructor(code: ProblemCode, more: ApiProblem["more"] = {}) {
    super(more.detail ?? problems[code].title);
    this.code = code;
    this.more = more;
  }
}

/** The error's body. */
export function toProblem({ code, more }: ApiProblem, requestId: string): Problem {
  const { status, title, retryable } = problems[code];
  const { retryAfter: _, ...rest } = more;
  // A reference into this API's own description, which every deployer serves.
  return { type: `/openapi.json#${code}`, title, status, code, retryable, requestId, ...rest };
}

/**
 * What a text from outside is by a schema.
 *
 * @throws ApiProblem `invalid`, with every issue and where it is
 */
export function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value, { reportInput: false });
  if (parsed.success) return parsed.data;
  const issues: Issue[] = parsed.error.issues.slice(0, 50).map(({ path, message }) => ({
    path: path.map((part) => (typeof part === "symbol" ? String(part) : part)),
    message,
  }));
  throw new ApiProblem("invalid", { issues });
}
