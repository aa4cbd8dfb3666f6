/** One record of a zone; names are absolute, without the final dot. */
export type DnsRecord = { readonly name: string } & (
  | { readonly type: "A" | "AAAA"; readonly address: string }
  | { readonly type: "PTR" | "NS"; readonly target: string }
  | { readonly type: "SRV"; readonly port: number; readonly target: string }
);

/** A zone, whole: what a name server answers for. */
export interface DnsZone {
  /** Name of its top, without the final dot. */
  readonly origin: string;
  /** Name of the server that has it first, without the final dot. */
  readonly primary: string;
  /** Whom to write to, as the name that stands for `hostmaster@DOMAIN`. */
  readonly contact: string;
  /** Of the SOA record: made of the records, so that the same zone has the same serial. */
  readonly serial: number;
  /** Each once; the name servers first. */
  readonly records: readonly DnsRecord[];
}

/** Characters of a name, dots between its labels included (RFC 1035 §2.3.4). */
export const longestName = 253;
