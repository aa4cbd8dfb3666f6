/** A step in the replacement of the authority, in this order; between them, the nodes get what the last one changed. */
export type AuthorityStep = "prepare" | "switch" | "drop";

export const authoritySteps: readonly AuthorityStep[] = ["prepare", "switch", "drop"];
