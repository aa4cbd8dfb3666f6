# FlashDNS, names. Made from the catalogue by `npm run docs:generate`: edit that.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.flashdns;
  format = pkgs.formats.json { };
  # What the service reads: its settings, and its ports by name.
  file =
    format.generate
      "flashdns.json"
      (lib.filterAttrs (_: value: value != null) cfg.settings // { inherit (cfg) ports; });
in
{
  # The same module from two folders counts once.
  key = "plasmacloud/flashdns";
  imports = [ ./chainfire.nix ];
  options.services.flashdns = {
    enable = lib.mkEnableOption "FlashDNS, names";
    package = lib.mkPackageOption pkgs "flashdns" { };
    settings = lib.mkOption {
      type = types.submodule {
        freeformType = format.type;
        options = {
          forwarders = mkOption {
            type = types.nullOr (types.listOf types.str);
            default = null;
            description = "Name servers that are asked for all other names.";
            example = [ "192.0.2.53" ];
          };
          ttlSeconds = mkOption {
            type = types.nullOr types.ints.positive;
            default = null;
            description = "Seconds that an answer may be kept.";
            example = 300;
          };
        };
      };
      default = { };
      description = "Settings of FlashDNS, by name. Never secrets: everybody on the node reads them.";
    };
    ports = {
      dns = lib.mkOption {
        type = types.port;
        default = 53;
        description = "Port for questions.";
      };
      api = lib.mkOption {
        type = types.port;
        default = 50084;
        description = "Port for its API.";
      };
    };
    openFirewall = lib.mkOption {
      type = types.bool;
      default = false;
      description = "Let others reach its ports.";
    };
    healthUrl = lib.mkOption {
      type = types.str;
      default = "http://localhost:${toString cfg.ports.api}/health";
      description = "Where it answers while all is well.";
    };
  };
  config = lib.mkIf cfg.enable {
    networking.firewall = lib.mkIf cfg.openFirewall {
      allowedTCPPorts = [
        cfg.ports.dns
        cfg.ports.api
      ];
      allowedUDPPorts = [ cfg.ports.dns ];
    };
    systemd.services.flashdns =
      let
        # Those on this node; the others may be on any.
        dependencies = map (name: "${name}.service") (lib.filter (name: config.services.${name}.enable) [ "chainfire" ]);
      in
      {
        description = "FlashDNS, names";
        wantedBy = [ "multi-user.target" ];
        wants = [ "network-online.target" ] ++ dependencies;
        after = [ "network-online.target" ] ++ dependencies;
        serviceConfig = {
          ExecStart = "${lib.getExe cfg.package} --config ${file}";
          Restart = "on-failure";
          RestartSec = 5;
          StateDirectory = "flashdns";
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
          CapabilityBoundingSet = [ "CAP_NET_BIND_SERVICE" ];
          AmbientCapabilities = [ "CAP_NET_BIND_SERVICE" ];
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
