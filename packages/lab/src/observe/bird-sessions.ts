/** What a daemon says of one of its sessions. */
export interface SessionReport {
  /** The daemon's name for it: BIRD's protocol, GoBGP's neighbour address. */
  readonly name: string;
  readonly established: boolean;
  /** The daemon's word: `Established`, `Active`, `Idle` … */
  readonly state: string;
  /** Since when, as the daemon says it. */
  readonly since: string;
  /** What the daemon adds, as `Socket: Connection refused`. */
  readonly detail: string;
  /** Routes that came in and were taken, over all families. */
  readonly received: number;
  /** Routes that went out. */
  readonly sent: number;
}

/** Reads BIRD's answer to `show protocols all`. */
export function parseBirdSessions(answer: string): readonly SessionReport[] {
  const blocks = answer.split(/\n(?=\S)/);
  return blocks.flatMap((block) => {
    const head = /^(\S+)\s+BGP\s+\S+\s+(\S+)\s+(\S+(?: \d\d:\S+)?)\s*(.*)$/m.exec(block);
    if (head === null || block.indexOf(head[0]) !== 0) return [];
    const [, name = "", , since = "", info = ""] = head;
    const state = /BGP state:\s+(\S+)/.exec(block)?.[1] ?? "Down";
    const detail =
      /Last error:\s+(.*)/.exec(block)?.[1] ?? info.replace(/^(Established|Active|Idle|Connect|Start)\s*/, "");
    const routes = [...block.matchAll(/Routes:\s+(\d+) imported,(?: \d+ filtered,)? (\d+) exported/g)];
    const sum = (group: number) => routes.reduce((total, match) => total + Number(match[group]), 0);
    const established = state === "Established";
    return [{ name, established, state, since, detail: established ? "" : detail, received: sum(1), sent: sum(2) }];
  });
}
