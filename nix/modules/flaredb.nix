# FlareDB, the SQL database. Made from the catalogue by `npm run docs:generate`: edit that.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.flaredb;
  format = pkgs.formats.json { };
  # What the service reads: its settings, and its ports by name.
  file =
    format.generate
      "flaredb.json"
      (lib.filterAttrs (_: value: value != null) cfg.settings // { inherit (cfg) ports; });
in
{
  # The same module from two folders counts once.
  key = "plasmacloud/flaredb";
  imports = [ ./chainfire.nix ];
  options.services.flaredb = {
    enable = lib.mkEnableOption "FlareDB, the SQL database";
    package = lib.mkPackageOption pkgs "flaredb" { };
    settings = lib.mkOption {
      type = types.submodule {
        freeformType = format.type;
        options = {
          replicas = mkOption {
            type = types.nullOr types.ints.positive;
            default = null;
            description = "Copies of each range of keys.";
            example = 3;
          };
        };
      };
      default = { };
      description = "Settings of FlareDB, by name. Never secrets: everybody on the node reads them.";
    };
    ports = {
      client = lib.mkOption {
        type = types.port;
        default = 2479;
        description = "Port for clients.";
      };
      peer = lib.mkOption {
        type = types.port;
        default = 2480;
        description = "Port for other members.";
      };
    };
    openFirewall = lib.mkOption {
      type = types.bool;
      default = false;
      description = "Let others reach its ports.";
    };
    healthUrl = lib.mkOption {
      type = types.str;
      default = "http://localhost:${toString cfg.ports.client}/health";
      description = "Where it answers while all is well.";
    };
  };
  config = lib.mkIf cfg.enable {
    networking.firewall = lib.mkIf cfg.openFirewall {
      allowedTCPPorts = [
        cfg.ports.client
        cfg.ports.peer
      ];
    };
    systemd.services.flaredb =
      let
        # Those on this node; the others may be on any.
        dependencies = map (name: "${name}.service") (lib.filter (name: config.services.${name}.enable) [ "chainfire" ]);
      in
      {
        description = "FlareDB, the SQL database";
        wantedBy = [ "multi-user.target" ];
        wants = [ "network-online.target" ] ++ dependencies;
        after = [ "network-online.target" ] ++ dependencies;
        serviceConfig = {
          ExecStart = "${lib.getExe cfg.package} --config ${file}";
          Restart = "on-failure";
          RestartSec = 5;
          StateDirectory = "flaredb";
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
