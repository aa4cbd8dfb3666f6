/** A step in the replacement of the authority, in this order; between them, the nodes get what the last one changed. */
export const authoritySteps = ["prepare", "switch", "drop"] as const;

export type AuthorityStep = (typeof authoritySteps)[number];
