# IAM, identities and access. Made from the catalogue by `npm run docs:generate`: edit that.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.iam;
  format = pkgs.formats.json { };
  # What the service reads: its settings, and its ports by name.
  file =
    format.generate
      "iam.json"
      (lib.filterAttrs (_: value: value != null) cfg.settings // { inherit (cfg) ports; });
in
{
  # The same module from two folders counts once.
  key = "plasmacloud/iam";
  imports = [ ./flaredb.nix ];
  options.services.iam = {
    enable = lib.mkEnableOption "IAM, identities and access";
    package = lib.mkPackageOption pkgs "iam" { };
    settings = lib.mkOption {
      type = types.submodule {
        freeformType = format.type;
        options = {
          issuer = mkOption {
            type = types.nullOr types.str;
            default = null;
            description = "Issuer in the tokens that it signs (RFC 7519).";
            example = "https://iam.acme.example";
          };
          tokenLifetimeSeconds = mkOption {
            type = types.nullOr types.ints.positive;
            default = null;
            description = "Seconds that a token is good for.";
            example = 3600;
          };
        };
      };
      default = { };
      description = "Settings of IAM, by name. Never secrets: everybody on the node reads them.";
    };
    ports = {
      api = lib.mkOption {
        type = types.port;
        default = 50080;
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
    networking.firewall = lib.mkIf cfg.openFirewall { allowedTCPPorts = [ cfg.ports.api ]; };
    systemd.services.iam =
      let
        # Those on this node; the others may be on any.
        dependencies = map (name: "${name}.service") (lib.filter (name: config.services.${name}.enable) [ "flaredb" ]);
      in
      {
        description = "IAM, identities and access";
        wantedBy = [ "multi-user.target" ];
        wants = [ "network-online.target" ] ++ dependencies;
        after = [ "network-online.target" ] ++ dependencies;
        serviceConfig = {
          ExecStart = "${lib.getExe cfg.package} --config ${file}";
          Restart = "on-failure";
          RestartSec = 5;
          StateDirectory = "iam";
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
