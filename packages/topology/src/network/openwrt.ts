/** What only OpenWrt has of a node. */
export interface OpenwrtSettings {
  /** In POSIX's words. */
  readonly timezone: string;
  readonly zonename: string | null;
  /** Sorted by name. */
  readonly radios: readonly Radio[];
  /** Sorted by name. */
  readonly wifi: readonly WifiNetwork[];
  /** Sorted by interface. */
  readonly dhcp: readonly DhcpServer[];
}

export interface Radio {
  readonly name: string;
  /** In `/sys/devices`. */
  readonly path: string;
  readonly band: "2g" | "5g" | "6g" | "60g";
  readonly channel: number | "auto";
  readonly htmode: string | null;
  readonly country: string | null;
  /** dBm. */
  readonly txPower: number | null;
}

export interface WifiNetwork {
  readonly name: string;
  readonly radio: string;
  /** The node's interface that its stations come to. */
  readonly interface: string;
  readonly ssid: string;
  readonly mode: "ap" | "sta";
  readonly encryption: "none" | "owe" | "psk2" | "psk-mixed" | "sae" | "sae-mixed";
  readonly keyFile: string | null;
  readonly hidden: boolean;
  readonly isolate: boolean;
}

export interface DhcpServer {
  readonly interface: string;
  /** First and last IPv4 address for whoever asks, canonical; `null` gives only nodes their own. */
  readonly range: readonly [first: string, last: string] | null;
  /** Seconds. */
  readonly leaseTime: number;
}
