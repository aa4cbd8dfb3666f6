# k8shost, containers with Kubernetes's API. Made from the catalogue by `npm run docs:generate`: edit that.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.services.k8shost;
  format = pkgs.formats.json { };
  # What the service reads: its settings, and its ports by name.
  file =
    format.generate
      "k8shost.json"
      (lib.filterAttrs (_: value: value != null) cfg.settings // { inherit (cfg) ports; });
in
{
  # The same module from two folders counts once.
  key = "plasmacloud/k8shost";
  imports = [
    ./chainfire.nix
    ./iam.nix
  ];
  options.services.k8shost = {
    enable = lib.mkEnableOption "k8shost, containers with Kubernetes's API";
    package = lib.mkPackageOption pkgs "k8shost" { };
    settings = lib.mkOption {
      type = types.submodule {
        freeformType = format.type;
        options = {
          maxPods = mkOption {
            type = types.nullOr types.ints.positive;
            default = null;
            description = "Pods that a node runs at most.";
            example = 110;
          };
        };
      };
      default = { };
      description = "Settings of k8shost, by name. Never secrets: everybody on the node reads them.";
    };
    ports = {
      api = lib.mkOption {
        type = types.port;
        default = 6443;
        description = "Port for Kubernetes's API.";
      };
    };
    openFirewall = lib.mkOption {
      type = types.bool;
      default = false;
      description = "Let others reach its ports.";
    };
    healthUrl = lib.mkOption {
      type = types.str;
      default = "http://localhost:${toString cfg.ports.api}/healthz";
      description = "Where it answers while all is well.";
    };
  };
  config = lib.mkIf cfg.enable {
    networking.firewall = lib.mkIf cfg.openFirewall { allowedTCPPorts = [ cfg.ports.api ]; };
    systemd.services.k8shost =
      let
        # Those on this node; the others may be on any.
        dependencies = map (name: "${name}.service") (
          lib.filter (name: config.services.${name}.enable) [
            "chainfire"
            "iam"
          ]
        );
      in
      {
        description = "k8shost, containers with Kubernetes's API";
        wantedBy = [ "multi-user.target" ];
        wants = [ "network-online.target" ] ++ dependencies;
        after = [ "network-online.target" ] ++ dependencies;
        serviceConfig = {
          ExecStart = "${lib.getExe cfg.package} --config ${file}";
          Restart = "on-failure";
          RestartSec = 5;
          StateDirectory = "k8shost";
          StateDirectoryMode = "0700";
          UMask = "0077";
        };
      };
  };
}
