# PlasmaCloud's part of a NixOS configuration that states its topology: what first boot reads, for other modules.
{ config, lib, ... }:
{
  imports = [ ./nix-nos.nix ];

  options.nix-nos.cluster.generateClusterConfig = lib.mkOption {
    type = lib.types.functionTo lib.types.anything;
    readOnly = true;
    description = "`generateClusterConfig { hostname = \"node01\"; }`: the host's `cluster-config.json`, as data.";
  };

  config.nix-nos.cluster.generateClusterConfig = config.nix-nos.lib.generateClusterConfig;
}
