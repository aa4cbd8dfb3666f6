# Every PlasmaCloud service as a NixOS module, first boot, and phoning home.
{ lib, ... }:
{
  key = "plasmacloud";
  imports = [
    ./fiberlb-bgp.nix
    ./first-boot-automation.nix
    ./phone-home.nix
  ]
  ++ map ({ name, ... }: ./. + "/${name}.nix") (import ./catalogue.nix lib);
}
