# Every PlasmaCloud service as a NixOS module. Made from the catalogue by `npm run docs:generate`.
{
  key = "plasmacloud";
  imports = [
    ./chainfire.nix
    ./fiberlb.nix
    ./nightlight.nix
    ./flaredb.nix
    ./flashdns.nix
    ./iam.nix
    ./plasmavmc.nix
    ./prismnet.nix
    ./lightningstor.nix
    ./k8shost.nix
    ./first-boot-automation.nix
  ];
}
