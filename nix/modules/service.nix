# A service of the catalogue as a NixOS module: `import ./service.nix "iam"`. Its options, and its unit where it is enabled.
name:
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  service = lib.findFirst (each: each.name == name) (throw "the catalogue has no service ${name}") (
    import ./catalogue.nix lib
  );
  inherit (service) title dependsOn privileges;
  cfg = config.services.${name};
  format = pkgs.formats.json { };
  # Copies that the unit alone reads, made anew by each start (systemd.exec(5), LoadCredential=).
  credentials = {
    certFile = "tls.crt";
    keyFile = "tls.key";
    caFile = "ca.crt";
  };
  # What the service reads: its settings, its ports by name, and where its certificate is.
  file = format.generate "${name}.json" (
    lib.filterAttrs (_: value: value != null) cfg.settings
    // {
      inherit (cfg) ports;
    }
    // lib.optionalAttrs cfg.tls.enable {
      tls = lib.mapAttrs (_: credential: "/run/credentials/${name}.service/${credential}") credentials;
    }
  );
  numbersOf =
    protocol:
    map (port: cfg.ports.${port.name}) (
      lib.filter (port: lib.elem protocol port.protocols) service.ports
    );
  # Those on this node; the others may be on any.
  order = [
    "network-online.target"
  ]
  ++ map (each: "${each}.service") (lib.filter (each: config.services.${each}.enable) dependsOn);
  families = [
    "AF_UNIX"
    "AF_INET"
    "AF_INET6"
  ];
  # What no service needs, systemd.exec(5).
  confined = {
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
    SystemCallFilter = [
      "@system-service"
      "~@privileged"
    ];
    PrivateDevices = privileges.devices == [ ];
    DevicePolicy = "closed";
    DeviceAllow = map (device: "${device} rw") privileges.devices;
    # An empty set is written as an empty text: systemd then drops all.
    CapabilityBoundingSet = if privileges.capabilities == [ ] then "" else privileges.capabilities;
    AmbientCapabilities = privileges.capabilities;
    RestrictAddressFamilies =
      families
      ++ lib.optionals (lib.elem "CAP_NET_ADMIN" privileges.capabilities) [
        "AF_NETLINK"
        "AF_PACKET"
      ];
  };
in
{
  # The same module from two folders counts once.
  key = "plasmacloud/${name}";
  imports = map (each: ./. + "/${each}.nix") dependsOn;
  options.services.${name} = {
    enable = lib.mkEnableOption "${title}, ${service.summary}";
    package = lib.mkPackageOption pkgs name { };
    settings = mkOption {
      type = types.submodule {
        freeformType = format.type;
        options = service.settings;
      };
      default = { };
      description = "Settings of ${title}, by name. Never secrets: everybody on the node reads them.";
    };
    ports = lib.listToAttrs (
      map (
        { name, number, purpose, ... }:
        {
          inherit name;
          value = mkOption {
            type = types.port;
            default = number;
            description = "Port for ${purpose}.";
          };
        }
      ) service.ports
    );
    openFirewall = mkOption {
      type = types.bool;
      default = false;
      description = "Let others reach its ports.";
    };
    tls = import ./tls.nix lib name;
    healthUrl = mkOption {
      type = types.str;
      default = "${
        if cfg.tls.enable then "https" else "http"
      }://localhost:${toString cfg.ports.${service.health.port}}${service.health.path}";
      description = "Where it answers while all is well.";
    };
  };
  config = lib.mkIf cfg.enable {
    networking.firewall = lib.mkIf cfg.openFirewall {
      allowedTCPPorts = numbersOf "tcp";
      allowedUDPPorts = numbersOf "udp";
    };
    systemd.services = {
      ${name} = {
        description = "${title}, ${service.summary}";
        wantedBy = [ "multi-user.target" ];
        wants = order;
        after = order;
        serviceConfig = {
          ExecStart = "${lib.getExe cfg.package} --config ${file}";
          Restart = "on-failure";
          RestartSec = 5;
          StateDirectory = name;
          StateDirectoryMode = "0700";
          UMask = "0077";
        }
        // lib.optionalAttrs cfg.tls.enable {
          LoadCredential = lib.mapAttrsToList (
            option: credential: "${credential}:${cfg.tls.${option}}"
          ) credentials;
        }
        # One that starts programs that need the whole machine has it.
        // lib.optionalAttrs (!privileges.machine) confined;
      };
    }
    // lib.optionalAttrs cfg.tls.enable {
      "${name}-certificate" = {
        description = "Gives ${title} its renewed certificate";
        serviceConfig = {
          Type = "oneshot";
          # A certificate's files come one after the other.
          ExecStartPre = "${pkgs.coreutils}/bin/sleep 5";
          ExecStart = "${pkgs.systemd}/bin/systemctl try-restart ${name}.service";
        };
      };
    };
    systemd.paths = lib.optionalAttrs cfg.tls.enable {
      "${name}-certificate" = {
        wantedBy = [ "multi-user.target" ];
        pathConfig.PathChanged = [
          cfg.tls.keyFile
          cfg.tls.caFile
        ];
      };
    };
  };
}
