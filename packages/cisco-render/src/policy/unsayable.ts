import type { PolicyTerm } from "@nix-nos/topology";

/** What a term asks for and IOS's route-maps cannot say: another meaning without a word would be worse than none. */
export interface Unsayable {
  readonly term: PolicyTerm;
  /** Follows "IOS". */
  readonly what: string;
  readonly hint: string;
}

/** Is told what cannot be said. */
export type Refuse = (term: PolicyTerm, what: string, hint: string) => void;
