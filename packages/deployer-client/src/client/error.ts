import type { Problem } from "../schema/problem.js";

/** The deployer said no. */
export class DeployerError extends Error {
  override readonly name = "DeployerError";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
  }
}

/** No answer of the deployer could be had, or none that is the deployer's. */
export class DeployerUnreachable extends Error {
  override readonly name = "DeployerUnreachable";
}
