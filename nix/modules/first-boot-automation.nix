# The first boot of a node of a PlasmaCloud cluster: founds the cluster or joins it, and starts the services in order.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.first-boot-automation;
  state = "/var/lib/first-boot-automation";
  names = map (service: service.name) (import ./catalogue.nix lib);
  enabled = lib.filter (name: config.services.${name}.enable);
  # In the order of dependencies, which is the catalogue's; ChainFire comes first by itself.
  services = enabled (lib.remove "chainfire" names);
  units = map (name: "${name}.service=${config.services.${name}.healthUrl}") services;
  argument = import ./argument.nix;
  # ChainFire goes on as it was formed. Whatever is asked of it later, it must not be in plain text without a word; and
  # without its data it would found another cluster.
  mayStart = pkgs.writeShellScript "chainfire-may-start" ''
    if [ "$ETCD_CLIENT_CERT_AUTH" != "${lib.optionalString cfg.tls.enable "true"}" ]; then
      echo "this member was formed ${if cfg.tls.enable then "without" else "with"} TLS, and is to go on otherwise: form the cluster anew" >&2
      exit 1
    fi
    if [ -n "$CHAINFIRE_FORMED" ] && [ -z "$(${pkgs.coreutils}/bin/ls -A "$ETCD_DATA_DIR/")" ]; then
      echo "this member's data in $ETCD_DATA_DIR is gone: remove it from the cluster, and ${state} here" >&2
      exit 1
    fi
  '';
  # Whose certificates have to be on the node before anything starts.
  holders = [
    cfg.tls
  ]
  ++ lib.filter (each: each.enable) (map (name: config.services.${name}.tls) (enabled names));
  script = pkgs.writeText "first-boot.sh" (builtins.readFile ./first-boot.sh);
in
{
  # The same module from two folders counts once.
  key = "plasmacloud/first-boot-automation";
  imports = map (name: ./. + "/${name}.nix") names;
  options.services.first-boot-automation = {
    enable = lib.mkEnableOption "founding or joining the cluster on first boot";
    configFiles = mkOption {
      type = types.listOf types.str;
      default = [
        "/etc/plasmacloud/cluster-config.json"
        "/etc/nixos/secrets/cluster-config.json"
      ];
      description = "Where `cluster-config.json` may be; the first that is there is read.";
    };
    tries = mkOption {
      type = types.ints.positive;
      default = 60;
      description = "How often each wait looks again before it gives up; systemd then starts all over.";
    };
    pauseSeconds = mkOption {
      type = types.ints.positive;
      default = 2;
      description = "Seconds between two looks.";
    };
    tls = import ./tls.nix lib "node";
  };
  config = lib.mkIf cfg.enable {
    systemd.services = {
      first-boot-automation = {
        description = "Founds or joins the PlasmaCloud cluster";
        wantedBy = [ "multi-user.target" ];
        wants = [ "network-online.target" ];
        after = [ "network-online.target" ];
        path = [
          pkgs.coreutils
          pkgs.curl
          pkgs.gnugrep
          pkgs.jq
          pkgs.systemd
        ];
        environment = {
          FIRST_BOOT_TRIES = toString cfg.tries;
          FIRST_BOOT_PAUSE = toString cfg.pauseSeconds;
        }
        // lib.optionalAttrs cfg.tls.enable {
          FIRST_BOOT_CERT = cfg.tls.certFile;
          FIRST_BOOT_KEY = cfg.tls.keyFile;
          FIRST_BOOT_CA = cfg.tls.caFile;
          FIRST_BOOT_NEEDS = lib.concatMapStringsSep ":" (
            each: "${each.certFile}:${each.keyFile}:${each.caFile}"
          ) holders;
          CHAINFIRE_TLS = "/run/credentials/chainfire.service";
        };
        unitConfig.ConditionPathExists = "!${state}/done";
        serviceConfig = {
          Type = "oneshot";
          RemainAfterExit = true;
          StateDirectory = "first-boot-automation";
          StateDirectoryMode = "0700";
          ExecStart = lib.concatStringsSep " " (
            [
              "${pkgs.runtimeShell} ${script} ${state} /var/lib/chainfire"
            ]
            ++ map argument cfg.configFiles
            ++ [ "--" ]
            ++ map argument units
          );
          Restart = "on-failure";
          RestartSec = 15;
        };
      };
    }
    # Nothing starts by itself before the cluster is formed: ChainFire alone would found another one.
    // lib.genAttrs services (_: { unitConfig.ConditionPathExists = "${state}/formed"; })
    // lib.genAttrs (enabled [ "chainfire" ]) (_: {
      unitConfig.ConditionPathExists = "${state}/chainfire.env";
      serviceConfig = {
        EnvironmentFile = "${state}/chainfire.env";
        ExecStartPre = mayStart;
      };
    });
  };
}
