# The installer as an ISO image, generic for all machines of an architecture:
#   nix-build '<nixpkgs/nixos>' -A config.system.build.isoImage -I nixos-config=nix/modules/installer-iso.nix
# `nix-nos deploy iso --generic` writes what is one machine's own into its reserved area.
{ modulesPath, pkgs, ... }:
{
  imports = [
    (modulesPath + "/installer/cd-dvd/installation-cd-minimal.nix")
    ./installer.nix
  ];
  isoImage.contents = [
    {
      source = pkgs.writeText "nixnos.conf" (import ./reserved-area.nix);
      target = "/nixnos.conf";
    }
  ];
}
