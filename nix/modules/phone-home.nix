# A machine that introduces itself to the deployer and says that it lives: an installer, or an installed system.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.phone-home;
  script = pkgs.writeText "phone-home.sh" (builtins.readFile ./phone-home.sh);
  argument = import ./argument.nix;
in
{
  # The same module from two folders counts once.
  key = "plasmacloud/phone-home";
  options.services.phone-home = {
    enable = lib.mkEnableOption "phoning home to the deployer";
    settingsFiles = mkOption {
      type = types.listOf types.str;
      default = [
        "/run/nixnos-seed/nixnos.conf"
        "/iso/nixnos.conf"
        "/var/lib/phone-home/nixnos.conf"
      ];
      description = "Where the deployer's address, its authority and the bootstrap key may be; the first file that names a server is read.";
    };
    install = mkOption {
      type = types.nullOr types.path;
      default = null;
      description = "Program that installs the machine, called as phone-home.sh says; null: this is the installed system, or the deployer installs from outside.";
    };
  };
  config = lib.mkIf cfg.enable {
    systemd.services.phone-home = {
      description = "Phones home to the deployer";
      wantedBy = [ "multi-user.target" ];
      wants = [ "network-online.target" ];
      after = [
        "network-online.target"
        # Makes the host keys that the deployer pins.
        "sshd.service"
        "sshd-keygen.service"
      ];
      path = [
        pkgs.coreutils
        pkgs.curl
        pkgs.gnugrep
        pkgs.gnused
        pkgs.openssl
        pkgs.systemd
      ];
      environment = lib.optionalAttrs (cfg.install != null) { PHONE_HOME_INSTALL = "${cfg.install}"; };
      # Where the deployer refused, a person may have mended it by the next minute.
      unitConfig.StartLimitIntervalSec = 0;
      serviceConfig = {
        ExecStart = lib.concatStringsSep " " (
          [ "${pkgs.runtimeShell} ${script} /var/lib/phone-home" ] ++ map argument cfg.settingsFiles
        );
        StateDirectory = "phone-home";
        StateDirectoryMode = "0700";
        Restart = "always";
        RestartSec = 60;
      };
    };
  };
}
