import { IosSyntaxError, type IosToken, longestSecret } from "./document.js";

const placeholder = /\{\{secret:([^{}]*)\}\}/g;

/** What stands where a secret comes: the name of its file, in which nothing can end the placeholder. */
export function secret(file: string): IosToken {
  return { token: `{{secret:${encodeURI(file).replace(/[{}?!]/g, encodeCharacter)}}}` };
}

function encodeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/**
 * The files of the secrets that a configuration waits for, each once.
 *
 * @example
 * ```ts
 * import { secretFiles } from "@nix-nos/cisco-render";
 *
 * secretFiles(" neighbor 192.0.2.1 password {{secret:/run/secrets/bgp}}\n"); // => ["/run/secrets/bgp"]
 * ```
 */
export function secretFiles(text: string): readonly string[] {
  return [...new Set([...text.matchAll(placeholder)].map(([, file = ""]) => decodeURIComponent(file)))];
}

/**
 * A configuration with its secrets in it: the last step before a device gets it, whose result is kept nowhere.
 *
 * @param secrets - what is in each file of `secretFiles`, without the line break at its end
 * @throws IosSyntaxError for one that is not there, or that IOS cannot hold: a key is at most 80 printable characters of
 *   ASCII, without spaces and `?`
 *
 * @example
 * ```ts
 * import { fillSecrets } from "@nix-nos/cisco-render";
 *
 * fillSecrets("password {{secret:/run/a}}", new Map([["/run/a", "hunter2"]])); // => "password hunter2"
 * ```
 */
export function fillSecrets(text: string, secrets: ReadonlyMap<string, string>): string {
  return text.replace(placeholder, (_, encoded: string) => {
    const file = decodeURIComponent(encoded);
    const value = secrets.get(file);
    if (value === undefined) throw new IosSyntaxError(`The secret of ${file} is missing.`);
    // What is wrong with a secret is said without it.
    if (value.length > longestSecret || !/^[\x21-\x3e\x40-\x7e]+$/.test(value))
      throw new IosSyntaxError(
        `IOS cannot hold the secret of ${file}: 1 to ${longestSecret} printable characters of ASCII, without spaces and \`?\`.`,
      );
    return value;
  });
}
