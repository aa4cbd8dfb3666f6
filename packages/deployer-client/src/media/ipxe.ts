/**
 * A script of iPXE that boots the installer with a machine's settings: it loads the settings as one more initramfs, in
 * which they are `/nixnos.conf`, and goes on with the script that NixOS's netboot build writes. Addresses may be
 * relative to the script's own.
 *
 * @param settings - address of the file with the settings, as `node01.conf`
 * @param netboot - address of NixOS's script, as `netboot.ipxe`
 * @example
 * ```ts
 * import { printIpxeScript } from "@plasmacloud/deployer-client";
 *
 * printIpxeScript("node01.conf", "http://boot.example/a b/netboot.ipxe"); // => "#!ipxe\ninitrd node01.conf /nixnos.conf mode=0400\nchain http://boot.example/a%20b/netboot.ipxe\n"
 * ```
 */
export function printIpxeScript(settings: string, netboot: string): string {
  return `#!ipxe\ninitrd ${word(settings)} /nixnos.conf mode=0400\nchain ${word(netboot)}\n`;
}

/**
 * An address as one word of iPXE, whose blanks, quotes, `${…}`, `#` and operators mean something: all that RFC 3986
 * knows no use for in an address is percent-encoded, as are the characters that iPXE has a use for.
 */
function word(address: string): string {
  return address.replace(/[^\w.~:/?=&@!,;()*+[\]%-]/gu, (character) =>
    [...new TextEncoder().encode(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
      .join(""),
  );
}
