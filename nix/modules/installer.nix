# An installer that phones home and waits for the deployer to let it be installed. installer-iso.nix and
# installer-netboot.nix are what it is booted from.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  argument = import ./argument.nix;
  script = pkgs.writeText "installer-settings.sh" (builtins.readFile ./installer-settings.sh);
  applySettings = lib.concatStringsSep " " (
    [ "${pkgs.runtimeShell} ${script} /run" ] ++ map argument config.services.phone-home.settingsFiles
  );
  path = [
    pkgs.coreutils
    pkgs.gnugrep
    pkgs.gnused
    pkgs.systemd
    pkgs.util-linux
  ];
in
{
  key = "plasmacloud/installer";
  imports = [ ./phone-home.nix ];
  config = {
    services.phone-home = {
      enable = true;
      settingsFiles = [
        "/run/nixnos-seed/nixnos.conf"
        "/run/nixnos-netboot/nixnos.conf"
        "/iso/nixnos.conf"
      ];
    };
    systemd.services = {
      # Addresses and the deployer's SSH key are there before anything asks for them.
      installer-settings = {
        description = "Applies the settings of this machine's medium";
        inherit path;
        wantedBy = [ "multi-user.target" ];
        wants = [ "systemd-udev-settle.service" ];
        after = [ "systemd-udev-settle.service" ];
        before = [
          "systemd-networkd.service"
          "phone-home.service"
        ];
        serviceConfig = {
          Type = "oneshot";
          ExecStart = applySettings;
        };
      };
      # A seed that was put in late is found by the next try.
      phone-home = {
        path = [ pkgs.util-linux ];
        serviceConfig.ExecStartPre = "-${applySettings}";
      };
    };
    services.openssh = {
      enable = true;
      authorizedKeysFiles = [ "/run/nixnos/authorized_keys" ];
      settings.PasswordAuthentication = false;
    };
    networking = {
      useNetworkd = true;
      useDHCP = true;
      # What NixOS's own installer has for people to choose a network by hand.
      networkmanager.enable = lib.mkForce false;
      wireless.enable = lib.mkForce false;
    };
    # One port with a cable is enough to phone home.
    systemd.network.wait-online.anyInterface = true;
  };
}
