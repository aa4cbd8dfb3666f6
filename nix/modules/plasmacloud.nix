# Every PlasmaCloud service as a NixOS module, and first boot.
{ lib, ... }:
{
  key = "plasmacloud";
  imports = [
    ./first-boot-automation.nix
  ]
  ++ map ({ name, ... }: ./. + "/${name}.nix") (import ./catalogue.nix lib);
}
