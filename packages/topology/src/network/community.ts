/** A BGP community, by its kind: standard (RFC 1997), large (RFC 8092) or extended (RFC 4360). */
export type Community =
  | {
      readonly kind: "extended";
      /** Route target or route origin. */
      readonly type: "rt" | "ro";
      readonly asn: number;
      readonly value: number;
    }
  | { readonly kind: "standard"; readonly asn: number; readonly value: number }
  | { readonly kind: "large"; readonly asn: number; readonly data1: number; readonly data2: number };
