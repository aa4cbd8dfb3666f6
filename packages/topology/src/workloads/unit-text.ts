/**
 * A command line in a unit: each argument in quotes where it needs them, with nothing left for systemd to expand
 * (systemd.service(5), "Command lines": `$` is a variable, but in the program's own path; `%` a specifier, `\` an escape).
 */
export function commandLine(command: readonly string[]): string {
  const [program = "", ...rest] = command;
  return [quoted(program), ...rest.map((argument) => quoted(argument.replaceAll("$", "$$$$")))].join(" ");
}

/** `NAME=value` for `Environment=`, where `%` is a specifier and `$` is nothing (systemd.exec(5)). */
export function assignment(name: string, value: string): string {
  return quoted(`${name}=${value}`);
}

function quoted(text: string): string {
  const plain = withoutSpecifiers(text);
  if (/^[\w./:=@%+,$-]+$/.test(plain)) return plain;
  return `"${plain.replace(/["\\]/g, "\\$&")}"`;
}

/** Text in which systemd expands nothing. */
export function withoutSpecifiers(text: string): string {
  return text.replaceAll("%", "%%");
}

/** Text for people on a line of its own, which a backslash at its end would join to the next (systemd.syntax(7)). */
export function plainLine(text: string): string {
  return withoutSpecifiers(text).replace(/[\\\s]+$/, "");
}
