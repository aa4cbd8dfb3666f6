# NightLight, Prometheus-compatible metrics. Made from the catalogue by `npm run docs:generate`: edit that.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.nightlight;
  format = pkgs.formats.json { };
  # What the service reads: its settings, and its ports by name.
  file =
    format.generate
      "nightlight.json"
      (lib.filterAttrs (_: value: value != null) cfg.settings // { inherit (cfg) ports; });
in
{
  # The same module from two folders counts once.
  key = "plasmacloud/nightlight";
  options.services.nightlight = {
    enable = lib.mkEnableOption "NightLight, Prometheus-compatible metrics";
    package = lib.mkPackageOption pkgs "nightlight" { };
    settings = lib.mkOption {
      type = types.submodule {
        freeformType = format.type;
        options = {
          retentionDays = mkOption {
            type = types.nullOr types.ints.positive;
            default = null;
            description = "Days that samples are kept.";
            example = 30;
          };
          scrapeIntervalSeconds = mkOption {
            type = types.nullOr types.ints.positive;
            default = null;
            description = "Seconds between two samples.";
            example = 15;
          };
        };
      };
      default = { };
      description = "Settings of NightLight, by name. Never secrets: everybody on the node reads them.";
    };
    ports = {
      api = lib.mkOption {
        type = types.port;
        default = 9090;
        description = "Port for questions and what is pushed.";
      };
    };
    openFirewall = lib.mkOption {
      type = types.bool;
      default = false;
      description = "Let others reach its ports.";
    };
    healthUrl = lib.mkOption {
      type = types.str;
      default = "http://localhost:${toString cfg.ports.api}/-/healthy";
      description = "Where it answers while all is well.";
    };
  };
  config = lib.mkIf cfg.enable {
    networking.firewall = lib.mkIf cfg.openFirewall { allowedTCPPorts = [ cfg.ports.api ]; };
    systemd.services.nightlight = {
      description = "NightLight, Prometheus-compatible metrics";
      wantedBy = [ "multi-user.target" ];
      wants = [ "network-online.target" ];
      after = [ "network-online.target" ];
      serviceConfig = {
        ExecStart = "${lib.getExe cfg.package} --config ${file}";
        Restart = "on-failure";
        RestartSec = 5;
        StateDirectory = "nightlight";
        StateDirectoryMode = "0700";
        UMask = "0077";
        DynamicUser = true;
        NoNewPrivileges = true;
        ProtectSystem = "strict";
        ProtectHome = true;
        PrivateTmp = true;
        ProtectClock = true;
        ProtectControlGroups = true;
        ProtectHostname = true;
        ProtectKernelLogs = true;
        ProtectKernelModules = true;
        ProtectKernelTunables = true;
        ProtectProc = "invisible";
        ProcSubset = "pid";
        LockPersonality = true;
        RestrictNamespaces = true;
        RestrictRealtime = true;
        RestrictSUIDSGID = true;
        RemoveIPC = true;
        SystemCallArchitectures = "native";
        PrivateDevices = true;
        CapabilityBoundingSet = "";
        RestrictAddressFamilies = [
          "AF_UNIX"
          "AF_INET"
          "AF_INET6"
        ];
        SystemCallFilter = [
          "@system-service"
          "~@privileged"
        ];
      };
    };
  };
}
