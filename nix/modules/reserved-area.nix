# The file in a generic installer image that `nix-nos deploy iso --generic` writes a machine's settings into: a line with
# its length and the SHA-256 of all after the line, and as many line ends as settings may take.
let
  length = 65536;
  digits = "0000065536";
  # Of the line with a hash of 64 digits.
  headLength = 116;
  body = builtins.concatStringsSep "" (builtins.genList (_: "\n") (length - headLength));
in
"# nixnos reserved area 1, ${digits} bytes, sha256 ${builtins.hashString "sha256" body}\n${body}"
