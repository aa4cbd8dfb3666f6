# The installer for netboot: kernel, initramfs, and NixOS's script for iPXE, to lie in one folder of a web server:
#   nix-build '<nixpkgs/nixos>' -A config.system.build.kernel -A config.system.build.netbootRamdisk \
#     -A config.system.build.netbootIpxeScript -I nixos-config=nix/modules/installer-netboot.nix
# `nix-nos deploy iso --ipxe` writes a script beside them for each machine.
{
  config,
  lib,
  modulesPath,
  ...
}:
let
  # iPXE brings the settings as a file of the initramfs, whose files are gone when NixOS's stage 2 begins; /run stays.
  keep = "mkdir -p -m 0700 /run/nixnos-netboot && cp /nixnos.conf /run/nixnos-netboot/";
in
{
  imports = [
    (modulesPath + "/installer/netboot/netboot-minimal.nix")
    ./installer.nix
  ];
  boot.initrd = {
    # Stage 1 is a script, or systemd where that was chosen.
    postMountCommands = lib.mkIf (!config.boot.initrd.systemd.enable) ''
      [ ! -e /nixnos.conf ] || { ${keep}; }
    '';
    systemd.services.nixnos-netboot = {
      description = "Keeps the settings that iPXE brought";
      wantedBy = [ "initrd.target" ];
      before = [ "initrd-switch-root.target" ];
      unitConfig = {
        ConditionPathExists = "/nixnos.conf";
        DefaultDependencies = false;
      };
      serviceConfig.Type = "oneshot";
      script = keep;
    };
  };
}
