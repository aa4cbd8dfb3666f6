/** What only OpenWrt has of a node. */
export interface OpenwrtSettings {
  /** The release on the device, `19.07`; `null` is the newest. Texts of one length, so they compare as releases do. */
  readonly version: string | null;
  /** `null` where the switch's ports are the kernel's own interfaces (DSA). */
  readonly switch: EthernetSwitch | null;
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

/** A switch that only `swconfig` knows. */
export interface EthernetSwitch {
  readonly device: string;
  /** The interface that leads to the switch. */
  readonly interface: string;
  /** Number of the port that this interface is on. */
  readonly cpu: number;
  /** Sorted by name. */
  readonly ports: readonly { readonly name: string; readonly number: number }[];
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
