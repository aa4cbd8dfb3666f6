/** Every diagnostic code of this package, explained. */
export const nixCodes = {
  NN4501: {
    title: "A NixOS option set twice",
    explanation:
      "Two extensions, or an extension and the generated module itself, set one NixOS option of a node to different values. Which one should win is not for the generator to guess. Turn one of the extensions' features off, or set the option in one place.",
  },
  NN4502: {
    title: "A value that a NixOS module cannot hold",
    explanation:
      "Nix has no way to write a NUL, half a Unicode surrogate pair, or a number beyond its range, and NixOS pastes the values of systemd-networkd units into files unchecked. Such a value is refused, because anything else would change what the file means. Use a plain value.",
  },
} as const;

/** A code that this package can report. */
export type NixCode = keyof typeof nixCodes;
