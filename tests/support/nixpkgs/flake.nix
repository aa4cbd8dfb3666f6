# As much of nixpkgs as the flake asks for, where no nixpkgs is at hand: its builder runs the machine's own programs.
{
  outputs =
    { self }:
    let
      lib = import ./lib.nix;
    in
    {
      inherit lib;
      legacyPackages = lib.genAttrs [
        "aarch64-darwin"
        "aarch64-linux"
        "x86_64-darwin"
        "x86_64-linux"
      ] (import ./packages.nix lib);
    };
}
