/** Every diagnostic code of this package, explained. */
export const networkCodes = {
  PC2001: {
    title: "FiberLB has no VIP to announce",
    explanation:
      "`services.fiberlb.bgp.enable` makes FiberLB announce the VIPs of the `vipAdvertisements` entry named `fiberlb`, and there is none. Add it with its `vips`, or do not enable it.",
  },
} as const satisfies Record<string, { readonly title: string; readonly explanation: string }>;
