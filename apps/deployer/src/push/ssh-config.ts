/** A value of ssh_config. Its one line, its quotes and its percent signs are escaped here, and nowhere else. */
function value(text: string): string {
  // A variable of the environment would be expanded, and has no escape.
  if (/\p{Cc}/u.test(text) || text.includes("${"))
    throw new RangeError(`ssh_config cannot say ${JSON.stringify(text)}`);
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** A file's name, in which ssh would expand percent signs. */
function path(text: string): string {
  return value(text.replaceAll("%", "%%"));
}

/** How one node is reached. */
export interface SshHost {
  readonly hostname: string;
  readonly address: string;
  readonly user: string;
  readonly port: number;
  readonly identityFile: string;
  readonly knownHostsFile: string;
  readonly controlPath: string;
}

/** Seconds until a connection that is not made counts as none. */
const connectTimeout = 10;

/**
 * A configuration of ssh for one node under its own name: the pinned host keys and no other, one key, no questions. No
 * configuration of whoever runs the deployer has a say beside it.
 */
export function sshConfig(host: SshHost): string {
  const lines = [
    ["Host", host.hostname],
    ["HostName", path(host.address)],
    ["HostKeyAlias", host.hostname],
    ["User", value(host.user)],
    ["Port", String(host.port)],
    ["IdentityFile", path(host.identityFile)],
    ["IdentitiesOnly", "yes"],
    ["BatchMode", "yes"],
    ["StrictHostKeyChecking", "yes"],
    ["UserKnownHostsFile", path(host.knownHostsFile)],
    ["GlobalKnownHostsFile", "/dev/null"],
    ["UpdateHostKeys", "no"],
    ["ConnectTimeout", String(connectTimeout)],
    // A node that is gone in the middle of a command is found so.
    ["ServerAliveInterval", "5"],
    ["ServerAliveCountMax", "3"],
    ["ControlMaster", "auto"],
    ["ControlPath", path(host.controlPath)],
    ["ControlPersist", "20"],
    ["ForwardAgent", "no"],
    ["ForwardX11", "no"],
    ["PermitLocalCommand", "no"],
    ["LogLevel", "ERROR"],
  ];
  return lines.map(([name, text]) => `${name} ${text}\n`).join("");
}
